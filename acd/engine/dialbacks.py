"""Dials for callbacks: first the attempt is written down, then, and once only, somebody rings."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol
from uuid import UUID

import structlog

from acd.board import AttemptOutcome
from acd.effects import DialCallback
from crm_core.errors import DatabaseUnavailable, WrongState
from cti.errors import ActionRefused, CtiError, LinkDown, UnsafeAction

CUSTOMER_SECONDS = 45  # that a customer's phone may ring

_log = structlog.get_logger(__name__)


class Originator(Protocol):
    """The part of the switch that begins a call."""

    async def originate(
        self,
        device: str,
        *,
        context: str,
        exten: str,
        uniqueid: str,
        ring_seconds: int,
        call_variables: dict[str, str],
        caller_number: str = "",
    ) -> None:
        """Ring a device and send it, once answered, to a place of the dialplan."""
        ...


class DialBacks:
    """Performs the attempts of callbacks.

    `reserve` writes an attempt down and raises `WrongState` when it may not be made, or
    `DatabaseUnavailable`; `failed` is called with the call's id, how the attempt ended, and
    why the callback itself is over, when nobody was rung. `way_out` names the device that
    reaches a number outside.
    """

    def __init__(
        self,
        switch: Originator,
        *,
        token: int,
        reserve: Callable[[DialCallback], Awaitable[None]],
        failed: Callable[[UUID, AttemptOutcome, str], None],
        way_out: Callable[[str], str],
    ) -> None:
        self._switch, self._token = switch, token
        self._reserve, self._failed, self._way_out = reserve, failed, way_out

    async def perform(self, dial: DialCallback) -> None:
        """Make one attempt; what it leads to is told by events."""
        over = await self._refusal(dial)
        if over is not None:
            self._failed(dial.call_id, AttemptOutcome.NOT_DIALLED, over)
            return
        try:
            await self._ring(dial)
        except (LinkDown, UnsafeAction, ActionRefused) as error:
            _log.info("callback_not_dialled", callback_id=_id(dial), reason=str(error))
            self._failed(dial.call_id, AttemptOutcome.NOT_DIALLED, "")
        except CtiError as error:  # nobody knows whether it rings: the board waits for its call
            _log.warning("callback_unanswered", callback_id=_id(dial), reason=str(error))

    async def _refusal(self, dial: DialCallback) -> str | None:
        """Write the attempt down; return why nobody may be rung, empty when that passes."""
        try:
            await self._reserve(dial)
        except DatabaseUnavailable as error:
            _log.warning("callback_not_reserved", callback_id=_id(dial), reason=str(error))
            return ""
        except WrongState as error:
            _log.info("callback_refused", callback_id=_id(dial), reason=str(error))
            return "" if error.code == "reserved_before" else error.code
        return None

    async def _ring(self, dial: DialCallback) -> None:
        variables = {"__CC_CALL_ID": str(dial.call_id), "CC_QUEUE": dial.kept.queue}
        number = dial.kept.number
        if dial.agent_first:
            await self._switch.originate(
                f"PJSIP/agent-{dial.extension}",
                context="dial-out",
                exten=number,
                uniqueid=dial.uniqueid,
                ring_seconds=dial.ring_seconds,
                call_variables=variables,
                caller_number=number,
            )
            return
        await self._switch.originate(
            self._way_out(number),
            context="offer",
            exten=f"agent-{dial.extension}_{dial.ring_seconds}_{self._token}",
            uniqueid=dial.uniqueid,
            ring_seconds=CUSTOMER_SECONDS,
            call_variables=variables,
        )


def _id(dial: DialCallback) -> str:
    return str(dial.kept.callback_id)
