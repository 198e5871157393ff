"""Bases of what the API answers."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import (
    BaseModel,
    ConfigDict,
    PlainSerializer,
    SerializationInfo,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from agent_desktop.reader import said
from crm_core.sentences import Sentence


class Shown(BaseModel):
    """Base of answers that are read from the values of the lower floors by their names."""

    model_config = ConfigDict(from_attributes=True)


Money = Annotated[
    Decimal, PlainSerializer(lambda amount: f"{amount:f}", return_type=str, when_used="json")
]
"""An exact amount, told as text."""


def _kept(text: object, check: ValidatorFunctionWrapHandler) -> object:
    return text if isinstance(text, Sentence) else check(text)  # which would make it a plain text


def _worded(text: str, info: SerializationInfo) -> str:
    return said(text, info.context) if info.context else str(text)


Worded = Annotated[
    str, WrapValidator(_kept), PlainSerializer(_worded, return_type=str, when_used="json")
]
"""A reason; one that is a sentence is told in the reader's language (the context's words)."""
