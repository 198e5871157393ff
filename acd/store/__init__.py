"""The store: what the engine reads from the database and writes to it."""

from acd.store.crm import CrmStore
from acd.store.port import OpenCallKept, Store

__all__ = ["CrmStore", "OpenCallKept", "Store"]
