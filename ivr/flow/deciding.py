"""Nodes that choose a way without a word: set, branch, hours, identify."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from typing_extensions import override

from crm_core.sentences import sentence
from ivr.flow.expressions import checked
from ivr.flow.hours import Opening
from ivr.flow.pieces import DataKey, DataValue, Node, NodeId, Onward, Piece, Target

Expression = Annotated[str, AfterValidator(checked)]


class SetNode(Onward):
    """Keep values with the call; they travel to the agent's screen.

    `data` are plain values; `compute` are expressions, worked out in their order after `data`.
    """

    kind: Literal["set"]
    data: Annotated[dict[DataKey, DataValue], Field(max_length=50)] = Field(default_factory=dict)
    compute: Annotated[dict[DataKey, Expression], Field(max_length=50)] = Field(
        default_factory=dict
    )

    @model_validator(mode="after")
    def _sets_something(self) -> Self:
        if not self.data and not self.compute:
            raise ValueError(sentence("sets_nothing", "sets nothing: give data or compute"))
        return self


class Case(Piece):
    """One way of a branch: taken when its expression is true."""

    when: Expression
    next: NodeId


class BranchNode(Node):
    """Take the first case whose expression is true, else `otherwise`."""

    kind: Literal["branch"]
    cases: Annotated[tuple[Case, ...], Field(min_length=1, max_length=20, strict=False)]
    otherwise: NodeId

    @override
    def targets(self) -> Iterator[Target]:
        """Give the node of each case and the one for the rest."""
        for at, case in enumerate(self.cases):
            yield f"cases.{at}.next", case.next
        yield "otherwise", self.otherwise


class HoursNode(Opening, Node):
    """Take `open` or `closed` by the clock of `zone`."""

    kind: Literal["hours"]
    open: NodeId
    closed: NodeId

    @override
    def targets(self) -> Iterator[Target]:
        """Give both ways."""
        yield from (("open", self.open), ("closed", self.closed))


class IdentifyNode(Node):
    """Wait up to `seconds` for the look-up of the caller; a known one's name is in the data.

    Sets `caller_name`, `caller_account`, `caller_grade`, `caller_vip` (yes or no).
    """

    kind: Literal["identify"]
    seconds: Annotated[float, Field(ge=0.05, le=5, strict=False)] = 1.0
    known: NodeId
    unknown: NodeId

    @override
    def targets(self) -> Iterator[Target]:
        """Give both ways."""
        yield from (("known", self.known), ("unknown", self.unknown))
