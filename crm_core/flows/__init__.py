"""IVR flows as they are kept: drafts, published versions, and which of them callers get."""

from crm_core.flows.canary import end_canary, promote_canary, start_canary
from crm_core.flows.model import Draft, FlowState, InForce, Version
from crm_core.flows.versions import (
    discard_draft,
    draft_of,
    flow_states,
    history,
    in_force,
    publish,
    roll_back,
    save_draft,
    version_of,
)

__all__ = [
    "Draft",
    "FlowState",
    "InForce",
    "Version",
    "discard_draft",
    "draft_of",
    "end_canary",
    "flow_states",
    "history",
    "in_force",
    "promote_canary",
    "publish",
    "roll_back",
    "save_draft",
    "start_canary",
    "version_of",
]
