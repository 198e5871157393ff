"""What calls cost, and the statements that tell it."""

from crm_core.billing.charges import charge, charge_history, rate_again, rate_call
from crm_core.billing.model import Charge, Statement, StatementLine
from crm_core.billing.months import BILLING_ZONE, bounds, month_of
from crm_core.billing.rating import Rate, Rating, Step, Tariff, rate
from crm_core.billing.statements import (
    issue_statement,
    statement,
    statement_detail,
    statements,
)
from crm_core.billing.tariffs import add_rate, create_tariff, tariffs, use_tariff

__all__ = [
    "BILLING_ZONE",
    "Charge",
    "Rate",
    "Rating",
    "Statement",
    "StatementLine",
    "Step",
    "Tariff",
    "add_rate",
    "bounds",
    "charge",
    "charge_history",
    "create_tariff",
    "issue_statement",
    "month_of",
    "rate",
    "rate_again",
    "rate_call",
    "statement",
    "statement_detail",
    "statements",
    "tariffs",
    "use_tariff",
]
