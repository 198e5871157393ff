"""Prompts that people bring or record: their versions, and which one callers hear."""

from crm_core.prompts.verbs import Draft, Version, history, in_force, put, take_out, version_of

__all__ = ["Draft", "Version", "history", "in_force", "put", "take_out", "version_of"]
