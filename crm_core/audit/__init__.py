"""Who did what to which record, for good."""

from crm_core.audit.verbs import AuditEntry, AuditPage, entries, note

__all__ = ["AuditEntry", "AuditPage", "entries", "note"]
