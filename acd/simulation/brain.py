"""The brain: the real board, fed and obeyed as the engine does it, with its delays."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any
from uuid import UUID

from acd import effects as fx
from acd.board import AttemptOutcome, Board, Brief, Roster
from acd.commands import Command, Reply
from acd.commands import Refused as CommandRefused
from acd.notices import AgentRow
from acd.simulation.agenda import Agenda
from acd.simulation.ledger import Ledger
from acd.simulation.scenario import Lags
from acd.simulation.switch import Refused, Switch
from acd.simulation.told import ZONE
from acd.simulation.watch import Watch
from cti.events import Event

MORE = 0.2  # share of the events after which the reader says that another is there already
UNTOLD = 0.3  # share of the redirects that fail without a word
_ENGINE_AWAY = CommandRefused(code="engine_unavailable", message="The engine is away.")


class Brain:
    """Hands every event, command and timer to the board, and its wishes to the switch.

    The watch sees each of them first. `refused` is the share of redirects that fail.
    """

    def __init__(
        self,
        *,
        agenda: Agenda,
        chance: Random,
        lags: Lags,
        switch: Switch,
        watch: Watch,
        roster: Roster,
        refused: float,
        make_board: Callable[..., Board] = Board,
        dial: Callable[[fx.DialNumber], None],
        dial_back: Callable[[fx.DialCallback, bool], None],
    ) -> None:
        self._agenda, self._chance, self._lags = agenda, chance, lags
        self._switch, self._watch, self.roster = switch, watch, roster
        self._refused, self._make_board = refused, make_board
        self._dial, self._dial_back = dial, dial_back
        self.ledger = Ledger()
        self._epoch = 0
        self._life = 0
        self._armed: float | None = None
        self._latest = 0.0
        self.paused: Callable[[str, bool], None] = lambda _device, _paused: None
        self.alive = False
        self.board: Board
        self._deeds: dict[type, Callable[[Any], None]] = {
            fx.OfferCall: self._offer,
            fx.ReturnToWait: self._return,
            fx.MoveCall: self._move,
            fx.DivertCall: self._divert,
            fx.HangUpCall: self._hang_up,
            fx.DialNumber: self._dial_number,
            fx.TakeBack: self._take_back,
            fx.PlayComfort: self._comfort,
            fx.DialCallback: self._call_back,
            fx.KeepCallback: self.ledger.keep,
            fx.MirrorReadiness: self._mirror,
        }
        self.begin()

    def begin(self) -> None:
        """Start the engine: a board that knows the roster and what the store remembers."""
        known, owed = self._watch.known(), self.ledger.owed()
        self._life += 1
        self.alive, self._epoch, self._armed = True, 0, None
        moment = self._agenda.moment()
        self.board = self._make_board(self.roster, moment, zone=ZONE)
        self._watch.begin(self.board, owed, moment)
        self.board.remember(known)
        self._perform(self.board.configure(self.roster, moment))
        self._perform(self.board.remember_callbacks(owed, moment))

    def die(self) -> None:
        """Kill the engine; what it asked for and is under way is done all the same."""
        self.alive = False
        self._life += 1
        self._watch.mirrors.cut_off(self._watch.hearing, self._agenda.moment())

    def next_epoch(self) -> int:
        """Return the number of the next resync."""
        self._epoch += 1
        return self._epoch

    def shown(self, agent_id: str) -> AgentRow | None:
        """Return the agent's row as his desktop has it."""
        return self._watch.told.agents.get(agent_id) if self.alive else None

    def hear(self, event: Event, *, again: bool = False) -> None:
        """Let an event reach the board, perhaps for the second time."""
        if not self.alive:
            return
        moment = self._agenda.moment()
        if not again:
            self._watch.before(event, moment)
        more = self._chance.random() < MORE
        self._perform(self.board.apply(event, moment, more=more))

    def give(self, command: Command) -> Reply:
        """Let a person command."""
        if not self.alive:
            return _ENGINE_AWAY
        moment = self._agenda.moment()
        reply, effects = self.board.obey(command, moment)
        self._watch.obeyed(command, reply, moment)
        self._perform(effects)
        return reply

    def brief(self, call_id: UUID, brief: Brief) -> None:
        """Tell the board what is known of a caller."""
        if self.alive:
            self._watch.hearing.brief(call_id, brief)
            self._perform(self.board.brief(call_id, brief, self._agenda.moment()))

    def configure(self, roster: Roster) -> None:
        """Publish another configuration."""
        self.roster = roster
        moment = self._agenda.moment()
        self._watch.configured(roster, moment)
        if self.alive:
            self._perform(self.board.configure(roster, moment))

    def _perform(self, effects: list[fx.Effect]) -> None:
        moment = self._agenda.moment()
        self._watch.foresee(effects)
        for effect in effects:
            self._watch.asked(effect, moment)
            deed = self._deeds.get(type(effect))
            if deed is not None:
                deed(effect)
        self._watch.after(moment)
        self._arm()

    def _arm(self) -> None:
        due = self.board.next_deadline()
        if due is None or (self._armed is not None and self._armed <= due):
            return
        self._armed = due
        late = max(due - 1_000.0, self._agenda.seconds) + self._lags.timer
        self._agenda.at(late, self._tick, self._life, due)

    def _tick(self, life: int, armed: float) -> None:
        if life != self._life or armed != self._armed:
            return
        self._armed = None
        moment = self._agenda.moment()
        self._perform(self.board.tick(moment))

    def _act(self, deed: Callable[..., None], *args: object) -> None:
        """Send an action; they arrive in the order in which they were asked for."""
        lag = self._lags.action.take(self._chance)
        self._latest = max(self._latest, self._agenda.seconds + lag)
        self._agenda.at(self._latest, deed, *args)

    def _offer(self, offer: fx.OfferCall) -> None:
        self._act(self._redirect, self._life, offer)

    def _redirect(self, life: int, offer: fx.OfferCall) -> None:
        by = offer.transfer.by if offer.transfer else ""
        devices = [f"PJSIP/agent-{each}" for each in (offer.extension, *offer.beside)]
        unlucky = self._refused > 0 and self._chance.random() < self._refused
        try:
            self._switch.offer(offer.channel, devices, offer.ring_seconds, by=by, unlucky=unlucky)
        except Refused:
            if unlucky and self._chance.random() < UNTOLD:
                return  # nothing rings, and nobody says so
            self._agenda.after(self._lags.event.take(self._chance), self._fail, life, offer)

    def _fail(self, life: int, offer: fx.OfferCall) -> None:
        if life != self._life:
            return
        moment = self._agenda.moment()
        self._watch.not_offered(offer.call_id, moment)
        self._perform(self.board.offer_failed(offer.call_id, moment))

    def _return(self, back: fx.ReturnToWait) -> None:
        self._act(_if_there, self._switch.return_to_wait, back.channel)

    def _move(self, move: fx.MoveCall) -> None:
        intent = move.intent
        deed, kind = self._switch.move, intent.kind
        self._act(_if_there, deed, move.channel, kind, intent.to, intent.by)

    def _divert(self, divert: fx.DivertCall) -> None:
        self._act(self._send_on, self._life, divert)

    def _send_on(self, life: int, divert: fx.DivertCall) -> None:
        try:
            self._switch.divert(divert.channel, divert.kind, divert.target)
        except Refused:
            lag = self._lags.event.take(self._chance)
            self._agenda.after(lag, self._not_sent_on, life, divert.call_id)

    def _not_sent_on(self, life: int, call_id: UUID) -> None:
        if life != self._life:
            return
        moment = self._agenda.moment()
        self._watch.not_diverted(call_id, moment)
        self._perform(self.board.divert_failed(call_id, moment))

    def _hang_up(self, hang_up: fx.HangUpCall) -> None:
        self._act(self._end, hang_up.call_id)

    def _end(self, call_id: UUID) -> None:
        caller = self._switch.callers.get(call_id)
        if caller is not None:
            self._switch.hang_up(caller)

    def _dial_number(self, dial: fx.DialNumber) -> None:
        self._act(self._dial, dial)

    def _take_back(self, back: fx.TakeBack) -> None:
        self._act(_if_there, self._switch.withdraw, back.channel)

    def _comfort(self, comfort: fx.PlayComfort) -> None:
        if self.board.waits(comfort.call_id):
            self._act(_if_there, self._switch.say, comfort.channel)

    def _call_back(self, dial: fx.DialCallback) -> None:
        self._act(self._reserve, self._life, dial)

    def _reserve(self, life: int, dial: fx.DialCallback) -> None:
        """Write the attempt down; only then, and if that was done, dial."""
        if life != self._life:
            return
        refused = self.ledger.reserve(dial)
        if refused is None:
            self._act(self._originate, life, dial)
        else:
            self._not_dialled(life, dial.call_id, refused)

    def _originate(self, life: int, dial: fx.DialCallback) -> None:
        unlucky = self._refused > 0 and self._chance.random() < self._refused
        try:
            self._dial_back(dial, unlucky)
        except Refused:
            lag = self._lags.event.take(self._chance)
            self._agenda.after(lag, self._not_dialled, life, dial.call_id, "")

    def _not_dialled(self, life: int, call_id: UUID, over: str) -> None:
        if life != self._life:
            return
        moment = self._agenda.moment()
        outcome = AttemptOutcome.NOT_DIALLED
        self._perform(self.board.callback_failed(call_id, outcome, moment, over=over))

    def _mirror(self, mirror: fx.MirrorReadiness) -> None:
        self.paused(mirror.device, mirror.paused)


def _if_there(deed: Callable[..., None], *args: object) -> None:
    try:
        deed(*args)
    except Refused:
        return
