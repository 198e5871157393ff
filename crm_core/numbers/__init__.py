"""Number routing as it is kept: plans with versions, closings, sites, block list, led calls."""

from crm_core.numbers.blocking import block_number, blocked_numbers, unblock_number
from crm_core.numbers.dids import add_did, change_did, remove_did
from crm_core.numbers.model import (
    DEFAULT_KEY,
    BlockedNumber,
    Closing,
    Draft,
    RoutedCall,
    Site,
    Version,
)
from crm_core.numbers.routed import (
    calls_before,
    keep_counters,
    keep_routed,
    read_counters,
    routed_call,
)
from crm_core.numbers.switches import (
    close_number,
    closings,
    open_number,
    remove_site,
    save_site,
    sites,
)
from crm_core.numbers.versions import (
    discard_draft,
    draft_of,
    drafts,
    history,
    in_force,
    newest,
    publish,
    save_draft,
    version_of,
)

__all__ = [
    "DEFAULT_KEY",
    "BlockedNumber",
    "Closing",
    "Draft",
    "RoutedCall",
    "Site",
    "Version",
    "add_did",
    "block_number",
    "blocked_numbers",
    "calls_before",
    "change_did",
    "close_number",
    "closings",
    "discard_draft",
    "draft_of",
    "drafts",
    "history",
    "in_force",
    "keep_counters",
    "keep_routed",
    "newest",
    "open_number",
    "publish",
    "read_counters",
    "remove_did",
    "remove_site",
    "routed_call",
    "save_draft",
    "save_site",
    "sites",
    "unblock_number",
    "version_of",
]
