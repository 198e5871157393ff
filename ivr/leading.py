"""Carries out where a number's plan sends a call: what needs no flow is done here."""

from __future__ import annotations

import asyncio

import structlog

from crm_core.contexts import CallContexts
from crm_core.directory.card import CallerCard
from cti.errors import AgiHangup
from ivr.arrival import Arrival
from ivr.flow import Phrase, Spoken
from ivr.line import Line
from ivr.numbers.model import Plan, Screening, placed_targets
from ivr.numbers.targets import (
    AgentTarget,
    AnnouncementTarget,
    BusyTarget,
    FlowTarget,
    NumberTarget,
    QueueTarget,
    Target,
    VoicemailTarget,
)
from ivr.player import Prompts
from ivr.router import Router

log = structlog.get_logger(__name__)

DIVERTED = "CC_LED"  # what the dialplan goes on with; see its context `led`
QUEUED = ("CC_FLOW", "queued")  # set last: the caller waits in CC_QUEUE by design


class Leader:
    """Asks the router and does what it says, before the call is answered where that can be."""

    def __init__(self, router: Router, prompts: Prompts, contexts: CallContexts) -> None:
        self._router, self._prompts, self._contexts = router, prompts, contexts

    async def lead(self, line: Line, arrival: Arrival, lookup: asyncio.Task[None]) -> str | None:
        """Serve the call, or give the flow that shall; an empty name is the number's own.

        Whatever fails in here, the caller is served by the number's own flow.
        """
        try:
            decision = await self._router.route(arrival, lookup, lambda: self._card(arrival))
            if decision.target is None:
                return ""
            if isinstance(decision.target, FlowTarget):
                return decision.target.flow
            await self._serve(line, decision.target)
        except AgiHangup:
            raise
        except Exception:
            log.exception("number_not_led", did=arrival.did)
            return ""
        return None

    def _card(self, arrival: Arrival) -> CallerCard | None:
        context = self._contexts.get(arrival.call_id)
        return None if context is None else context.card

    async def _serve(self, line: Line, target: Target) -> None:
        match target:
            case QueueTarget():
                await line.answer(speaking=False)
                await line.set_variable("CC_QUEUE", target.queue)
                await line.set_variable("CC_PRIORITY", str(target.priority))
                await line.set_variable(*QUEUED)
            case AnnouncementTarget():
                await self._announce(line, target)
                await line.set_variable(DIVERTED, "ended")
            case _:
                await line.set_variable(DIVERTED, _way(target))

    async def _announce(self, line: Line, target: AnnouncementTarget) -> None:
        """Speak the words in every language; before the answer unless that is wished."""
        await (line.answer() if target.answer else line.progress())
        sounds = [self._prompts.sound(phrase) for phrase in announced(target)]
        heard = [sound for sound in sounds if sound is not None]
        if heard:
            await line.play(heard, barge_in=False)
        if len(heard) < len(sounds):
            log.warning("announcement_not_spoken", text=str(target.text))


def _way(target: Target) -> str:
    match target:
        case AgentTarget():
            return f"agent-{target.agent}"
        case NumberTarget():
            return f"number-{target.number}"
        case VoicemailTarget():
            return f"voicemail-{target.box}"
        case BusyTarget():
            return "busy"
        case _:
            return "ended"


def announced(target: AnnouncementTarget) -> tuple[Phrase, ...]:
    """Give what an announcement speaks, one phrase a language."""
    return tuple((Spoken(language, text),) for language, text in target.text.items())


def announcements(plans: list[Plan], screening: Screening | None) -> set[Phrase]:
    """Give every phrase that plans and screening may speak, to be made before a call comes."""
    targets: list[Target | None] = [target for plan in plans for _, target in placed_targets(plan)]
    if screening is not None:
        targets += [screening.blocked, screening.anonymous, screening.repeats]
    return {
        phrase
        for target in targets
        if isinstance(target, AnnouncementTarget)
        for phrase in announced(target)
    }
