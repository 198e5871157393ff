"""What can be wrong with a question for figures."""

from __future__ import annotations


class ReportError(Exception):
    """Base of the errors of this package."""


class BadPeriod(ReportError):  # noqa: N818 - reads as the fact it tells
    """The period, its interval or its zone cannot be counted; `field` names which of them."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
