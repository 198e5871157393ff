"""What if: how a recorded day would have gone under another configuration."""

from __future__ import annotations

import multiprocessing
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from acd.simulation.result import TooLong
from acd.simulation.staffing import NobodyThere
from agent_desktop.api.answers import Shown
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Moment
from agent_desktop.errors import DesktopError, Invalid
from agent_desktop.policy import requires
from agent_desktop.what_if import Changes, play_beside, read_day
from crm_core.sentences import sentence, whole, words_of

LONGEST = timedelta(days=7)


class Busy(DesktopError):  # noqa: N818 - a refusal, not a fault
    """Another day is being played; wait until it is over."""

    status = 409
    code = "busy"


class WhatIfAsked(BaseModel):
    """Which time to play (to is not included), and what is to be different."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    since: Annotated[Moment, Field(alias="from")]
    until: Annotated[Moment, Field(alias="to")]
    changes: Changes = Changes()


class DayFiguresShown(Shown):
    """A day's figures over all queues; null where nothing was counted."""

    offered: int
    answered: int
    abandoned: int
    overflowed: int
    service_level: float | None
    average_wait: float | None
    longest_wait: float
    occupancy: float | None
    fairness: float | None


class WhatIfShown(Shown):
    """The day as recorded, played under the present configuration, and under the other."""

    recorded: DayFiguresShown
    before: DayFiguresShown
    after: DayFiguresShown
    notes: list[str]


async def what_if(ask: Ask, *, body: WhatIfAsked) -> WhatIfShown:
    """Play a recorded day under the present configuration and under another one."""
    start, end = body.since, body.until
    if not start < end <= start + LONGEST:
        raise Invalid("The time is to be longer than nothing and a week at most.", field="to")
    async with ask.services.database.read() as session:
        scope = ask.visitor.scope
        day = await read_day(session, scope, start=start, end=end, changes=body.changes)
    try:
        with _TURN:
            context = multiprocessing.get_context("spawn")
            with ProcessPoolExecutor(max_workers=1, mp_context=context) as executor:
                played = await play_beside(day, executor)
    except TooLong:
        raise Invalid(
            sentence("too_long", "This takes too long: choose less time."), field="to"
        ) from None
    except NobodyThere as error:
        raise Invalid(whole(words_of(error)), field="agents") from None
    return WhatIfShown.model_validate(played)


class _Turn:
    """One day at a time in each web process."""

    def __init__(self) -> None:
        self._taken = False

    def __enter__(self) -> None:
        if self._taken:
            raise Busy
        self._taken = True

    def __exit__(self, *_: object) -> None:
        self._taken = False


_TURN = _Turn()

OPERATIONS = (
    Operation(
        method="POST",
        path="/what-if",
        handler=what_if,
        policy=requires("report", "read", whole=True),
        most_a_minute=10,
        refusals=(409,),
    ),
)
