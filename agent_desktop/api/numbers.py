"""Numbers that people want dialled, brought to the form the switch takes."""

from __future__ import annotations

import re

from agent_desktop.errors import Invalid
from crm_core.phones import NumberKind, normalise

_DIALABLE = re.compile(r"\+?[0-9]{2,20}")


def dialable(raw: str, *, field: str) -> str:
    """Return E.164 or the short code; raises Invalid (`invalid_number`) for anything else."""
    number = normalise(raw)
    if number.kind in {NumberKind.ANONYMOUS, NumberKind.INVALID}:
        raise Invalid(
            "This is not a number that can be dialled.", field=field, code="invalid_number"
        )
    if not _DIALABLE.fullmatch(number.shown):
        raise Invalid(
            "This is not a number that can be dialled.", field=field, code="invalid_number"
        )
    return number.shown
