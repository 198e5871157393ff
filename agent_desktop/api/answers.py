"""Bases of what the API answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, ConfigDict, PlainSerializer


class Shown(BaseModel):
    """Base of answers that are read from the values of the lower floors by their names."""

    model_config = ConfigDict(from_attributes=True)


Money = Annotated[
    Decimal, PlainSerializer(lambda amount: f"{amount:f}", return_type=str, when_used="json")
]
"""An exact amount, told as text."""
