"""The performer: does what the board asks for, in its order, and waits for nobody on the way."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, TypeAlias
from uuid import UUID

import structlog

from acd import effects as fx
from acd.bus import Bus
from acd.engine.clock import Clock
from acd.engine.comforting import Comforts
from acd.engine.dialbacks import DialBacks
from acd.engine.diversions import Diversions, Say
from acd.engine.fence import FencedSwitch
from acd.engine.pops import Pops
from acd.engine.ports import Tracker
from acd.engine.records import RecordKeeper
from acd.engine.ringing import RingsUnderWay
from acd.notices import AgentChanged, AgentRow, AgentTold, CallChanged, PopWithdrawn
from acd.recorder.jobs import PutData, RecordEvent
from acd.recorder.mapping import (
    event_of_request,
    job_of_callback,
    job_of_choice,
    jobs_of_agent,
)
from crm_core.contexts import CallContexts
from cti.errors import ActionRefused, CtiError, LinkDown, UnsafeAction

Action: TypeAlias = Callable[[], Awaitable[object]]

_NEWS = (fx.Tell, fx.RecordChoice)
POP_HEAD_START = 0.02  # seconds a slow bus may hold up the ring so that the pop is first

_log = structlog.get_logger(__name__)


class Performer:
    """One consumer of effects; actions on Asterisk run beside it, each bounded by the switch.

    `offer_failed` is called when a redirect to an agent's phone was not done, `divert_failed`
    when one out of a queue was not, `look_up` when a pop had to go out without its card;
    `note` keeps an event with the call it is about.
    """

    def __init__(
        self,
        *,
        switch: FencedSwitch,
        token: int,
        bus: Bus,
        recorder: RecordKeeper,
        contexts: CallContexts,
        pops: Pops,
        tracker: Tracker,
        clock: Clock,
        offer_failed: Callable[[UUID], None],
        divert_failed: Callable[[UUID], None],
        note: Callable[[RecordEvent], None],
        look_up: Callable[[fx.PopScreen], Coroutine[Any, Any, None]],
        dial_backs: DialBacks,
        say: Say,
        waits: Callable[[UUID], bool],
    ) -> None:
        self._switch, self._bus, self._recorder = switch, bus, recorder
        self._contexts, self._pops, self._tracker = contexts, pops, tracker
        self._clock = clock
        self._token = token  # of the lead; the dialplan compares it before it dials
        self._offer_failed = offer_failed
        self._note, self._dial_backs = note, dial_backs
        self._comforts = Comforts(switch, say, waits)
        self._diversions = Diversions(switch, note, divert_failed, say)
        self._look_up = look_up
        self._waiting: deque[tuple[float, fx.Effect]] = deque()
        self._doing: float | None = None  # when what is being done was asked for
        self.rings = RingsUnderWay()
        self._changed = asyncio.Event()
        self._running: set[asyncio.Task[None]] = set()
        self._agents: dict[str, AgentRow] = {}
        self._verbs = self._by_effect()

    def add(self, effects: list[fx.Effect]) -> None:
        """Take effects to be done after those that wait."""
        asked = self._clock.now().clock
        timed = [(asked, effect) for effect in effects]
        offers = [place for place, each in enumerate(effects) if isinstance(each, fx.OfferCall)]
        if offers:
            self.rings.unwritten += len(offers)
            ring = offers[-1] + 1
            self._put_before_news(timed[:ring])
            timed = timed[ring:]
        self._waiting.extend(timed)
        self._changed.set()
        self.rings.more()

    def lag(self) -> float:
        """Return how many seconds the oldest effect has waited."""
        oldest = self._doing if self._doing is not None else self._next_asked()
        return 0.0 if oldest is None else self._clock.now().clock - oldest

    async def run(self) -> None:
        """Do effects until cancelled; then the actions under way are let go."""
        try:
            while True:
                while self._waiting:
                    while type(self._waiting[0][1]) in _NEWS and self.rings.pending:
                        await self.rings.changed()
                    self._doing, effect = self._waiting.popleft()
                    await self._verbs[type(effect)](effect)
                self._doing = None
                self._changed.clear()
                await self._changed.wait()
        finally:
            for task in self._running:
                task.cancel()

    def _put_before_news(self, ring: list[tuple[float, fx.Effect]]) -> None:
        """Let a ring go before what is only to be told or written; nothing else is overtaken."""
        news = []
        while self._waiting and type(self._waiting[-1][1]) in _NEWS:
            news.append(self._waiting.pop())
        self._waiting.extend(ring)
        self._waiting.extend(reversed(news))

    def _next_asked(self) -> float | None:
        return self._waiting[0][0] if self._waiting else None

    def _by_effect(self) -> dict[type, Callable[[Any], Awaitable[None]]]:
        return {
            fx.PopScreen: self._pop,
            fx.OfferCall: self._offer,
            fx.WithdrawPop: self._withdraw,
            fx.RecordChoice: self._record_choice,
            fx.ReturnToWait: self._return,
            fx.TakeBack: self._take_back,
            fx.MoveCall: self._move,
            fx.DivertCall: self._divert,
            fx.PlayComfort: self._comfort,
            fx.SetWaiting: self._set_waiting,
            fx.KeepCallback: self._keep_callback,
            fx.DialCallback: self._dial_back,
            fx.PutCallData: self._put_data,
            fx.HangUpCall: self._hang_up,
            fx.DialNumber: self._dial,
            fx.MirrorReadiness: self._mirror,
            fx.ShutOutOthers: self._shut_out_others,
            fx.Tell: self._tell,
        }

    async def _pop(self, pop: fx.PopScreen) -> None:
        lacks_card = self._pops.lacks_card(pop.call_id)
        await self._bus.publish(self._pops.show(pop))
        await self._bus.flush(within=POP_HEAD_START)
        if lacks_card:
            self._beside(self._look_up(pop), "look-up")

    async def _offer(self, offer: fx.OfferCall) -> None:
        self._expect(offer.call_id, offer.transfer)
        self.rings.begun()
        self._beside(self._offering(offer), "offer")
        await asyncio.sleep(0)  # the redirect is written now; what else is to be told comes after
        self.rings.unwritten -= 1

    async def _offering(self, offer: fx.OfferCall) -> None:
        context, phones = "offer", f"agent-{offer.extension}"
        if offer.beside:
            context, phones = "offer-all", "-".join((offer.extension, *offer.beside))
        exten = f"{phones}_{offer.ring_seconds}_{self._token}"
        try:
            await self._switch.redirect(offer.channel, context=context, exten=exten)
        except (LinkDown, UnsafeAction, ActionRefused) as error:
            _log.info("offer_not_done", call_id=str(offer.call_id), reason=str(error))
            self._offer_failed(offer.call_id)
        except CtiError as error:  # nobody knows whether it was done: the offer's timer decides
            _log.warning("offer_unanswered", call_id=str(offer.call_id), reason=str(error))
        finally:
            self.rings.ended()

    async def _withdraw(self, withdrawn: fx.WithdrawPop) -> None:
        self._pops.withdraw(withdrawn.agent_id, withdrawn.call_id)
        await self._bus.publish(
            PopWithdrawn(
                agent_id=withdrawn.agent_id, call_id=withdrawn.call_id, reason=withdrawn.reason
            )
        )

    async def _record_choice(self, made: fx.RecordChoice) -> None:
        self._recorder.add(job_of_choice(made.choice, self._clock.now().at))

    async def _return(self, back: fx.ReturnToWait) -> None:
        redirect = partial(self._switch.redirect, back.channel, context="wait", exten="s")
        self._act(redirect, "return")

    async def _take_back(self, back: fx.TakeBack) -> None:
        self._act(partial(self._switch.take_back, back.channel, queue=back.queue), "take-back")

    async def _move(self, move: fx.MoveCall) -> None:
        self._expect(move.call_id, move.intent)
        exten = f"{move.intent.kind}-{move.intent.to}"
        redirect = partial(self._switch.redirect, move.channel, context="transfer", exten=exten)
        failed = AgentTold(
            agent_id=move.by,
            level="error",
            code="transfer_failed",
            detail={"call_id": str(move.call_id)},
        )
        self._act(redirect, "transfer", failed=failed)

    async def _divert(self, divert: fx.DivertCall) -> None:
        self._beside(self._diversions.perform(divert, self._clock.now().at), "divert")

    async def _comfort(self, comfort: fx.PlayComfort) -> None:
        self._beside(self._comforts.perform(comfort), "comfort")

    async def _set_waiting(self, told: fx.SetWaiting) -> None:
        for name, value in (("CC_MUSIC_", told.music), ("CC_KEY_", told.key)):
            set_it = partial(
                self._switch.set_variable, "", name=f"{name}{told.queue}", value=value
            )
            self._act(set_it, "queue-waiting")

    async def _keep_callback(self, keep: fx.KeepCallback) -> None:
        kept = keep.kept
        if kept.origin is not None and kept.state == "waiting" and not kept.attempts:
            self._note(event_of_request(kept, kept.origin))
        self._recorder.add(job_of_callback(keep))

    async def _dial_back(self, dial: fx.DialCallback) -> None:
        self._beside(self._dial_backs.perform(dial), "dial-back")

    async def _put_data(self, put: fx.PutCallData) -> None:
        self._contexts.put(put.call_id, put.data)
        now = self._clock.now().at
        self._recorder.add(PutData(call_id=put.call_id, data=put.data, at=now))

    async def _hang_up(self, hang_up: fx.HangUpCall) -> None:
        self._act(partial(self._switch.hang_up, hang_up.channel), "hang-up")

    async def _dial(self, dial: fx.DialNumber) -> None:
        device = f"PJSIP/agent-{dial.extension}"
        failed = AgentTold(
            agent_id=dial.agent_id,
            level="error",
            code="dial_failed",
            detail={"number": dial.number},
        )
        self._act(partial(self._switch.dial, device, number=dial.number), "dial", failed=failed)

    async def _mirror(self, mirror: fx.MirrorReadiness) -> None:
        pause = partial(
            self._switch.pause_member,
            "",
            device=mirror.device,
            paused=mirror.paused,
            reason=mirror.reason,
        )
        self._act(pause, "mirror")

    async def _shut_out_others(self, _: fx.ShutOutOthers) -> None:
        await self._switch.shut_out_others()

    async def _tell(self, tell: fx.Tell) -> None:
        notice = tell.notice
        if isinstance(notice, CallChanged):
            notice = CallChanged(call=self._pops.named(notice.call))
        elif isinstance(notice, AgentChanged):
            before = self._agents.get(notice.agent.agent_id)
            self._agents[notice.agent.agent_id] = notice.agent
            self._recorder.add(*jobs_of_agent(before, notice.agent, self._clock.now().at))
        await self._bus.publish(notice)

    def _expect(self, call_id: UUID, intent: fx.TransferIntent | None) -> None:
        if intent is not None:
            self._tracker.expect_transfer(call_id, by=intent.by, to=intent.to)

    def _act(self, action: Action, name: str, *, failed: AgentTold | None = None) -> None:
        self._beside(self._acting(action, name, failed), name)

    async def _acting(self, action: Action, name: str, failed: AgentTold | None) -> None:
        try:
            await action()
        except CtiError as error:
            # A phone that is in no fallback queue cannot be paused there: nothing to tell.
            say = _log.debug if name == "mirror" else _log.info
            say("action_not_done", action=name, reason=str(error))
            if failed is not None:
                await self._bus.publish(failed)

    def _beside(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=f"acd-{name}")
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _log.error("action_broken", action=task.get_name(), exc_info=error)
