"""Everything that happened with a customer, on any channel."""

from crm_core.timeline.model import Happening, TimelineItem, TimelinePage
from crm_core.timeline.verbs import link, note, put_happening, timeline

__all__ = [
    "Happening",
    "TimelineItem",
    "TimelinePage",
    "link",
    "note",
    "put_happening",
    "timeline",
]
