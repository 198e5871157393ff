"""The lead: which one of several engines decides, told by a number that only grows."""

from crm_core.lead.verbs import LeadSeen, beat, give_back, look, require, stand_by, take

__all__ = ["LeadSeen", "beat", "give_back", "look", "require", "stand_by", "take"]
