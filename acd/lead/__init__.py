"""The lead: of several engines one decides, and who has lost it cannot act or write any more."""

from acd.lead.lead import Lead, LeadLost, SoleLead
from acd.lead.lock import FileLock
from acd.lead.stored import LeadTimes, StoredLead

__all__ = ["FileLock", "Lead", "LeadLost", "LeadTimes", "SoleLead", "StoredLead"]
