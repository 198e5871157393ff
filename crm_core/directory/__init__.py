"""Customers, their numbers, and who a caller may be."""

from crm_core.directory.card import (
    CallerCard,
    CardAccount,
    CardMatch,
    CardTicket,
    CardTimelineItem,
)
from crm_core.directory.customers import accounts, customer, save_customer, search_customers
from crm_core.directory.identify import card, identify
from crm_core.directory.model import (
    Account,
    ContactPoint,
    Customer,
    CustomerEdit,
    CustomerPage,
    PointDraft,
)
from crm_core.directory.points import add_contact_point, remove_contact_point

__all__ = [
    "Account",
    "CallerCard",
    "CardAccount",
    "CardMatch",
    "CardTicket",
    "CardTimelineItem",
    "ContactPoint",
    "Customer",
    "CustomerEdit",
    "CustomerPage",
    "PointDraft",
    "accounts",
    "add_contact_point",
    "card",
    "customer",
    "identify",
    "remove_contact_point",
    "save_customer",
    "search_customers",
]
