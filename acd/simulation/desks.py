"""Desks: what agents are to be by the commands that were accepted and the calls they took."""

from __future__ import annotations

from math import inf

from acd import commands as ask
from acd.board import Moment, QueueSettings, Roster, WrapUpKind, WrapUpRule
from acd.simulation.heard import Desk, HeardCall
from cti.events import MissReason

A_TICK = 0.05  # seconds
_TIMED = frozenset({WrapUpKind.TIMED, WrapUpKind.TIMED_FORCED})


class Desks:
    """Every agent; `touched` names the queues in which somebody may have come free."""

    def __init__(self, roster: Roster) -> None:
        self.by_id: dict[str, Desk] = {}
        self.by_device: dict[str, Desk] = {}
        self.members: dict[str, list[Desk]] = {}
        self.touched: dict[str, None] = {}
        self._changed: dict[str, Desk] = {}
        self._vain: list[Desk] = []  # whom a ring in vain is to be looked at
        self.configure(roster)

    def configure(self, roster: Roster) -> None:
        """Take the roster as it is from now on."""
        self._rules = {queue.name: queue for queue in roster.queues}
        for settings in roster.agents:
            desk = self.by_id.setdefault(settings.agent_id, Desk(settings=settings))
            desk.settings = settings
        self.by_device = {desk.settings.device: desk for desk in self.by_id.values()}
        self._seat()
        self.touched.update(dict.fromkeys(self.members))
        self._changed.update(self.by_id)

    def begin(self) -> None:
        """Let everybody be as in the beginning."""
        for desk in list(self.by_id.values()):
            self.by_id[desk.agent_id] = Desk(settings=desk.settings)
        self.by_device = {desk.settings.device: desk for desk in self.by_id.values()}
        self._vain.clear()
        self._changed = dict(self.by_id)
        self._seat()

    def touch(self, desk: Desk) -> None:
        """Note that the agent may have come free, or is not any more."""
        self._changed[desk.agent_id] = desk
        for name in desk.queues:
            self.touched[name] = None

    def note(self, moment: Moment) -> None:
        """Note, at the end of a step, since when who changed in it is to be had, and where."""
        for desk in self._changed.values():
            stands = (desk.awaited(), desk.queues)
            if stands != desk.stands:
                desk.stands, desk.stands_since = stands, moment.clock
        self._changed.clear()

    def rang_in_vain(self, desk: Desk, call: HeardCall, reason: MissReason) -> None:
        """Count a ring; that all of several rang in vain is held against nobody."""
        nobody = reason is MissReason.NO_ANSWER and call.together
        if reason is not MissReason.CANCELLED and not nobody and desk.vain is not None:
            desk.vain += 1
            desk.too_often = desk.vain >= max(1, desk.settings.missed_limit)
            self._vain.append(desk)
            call.let_ring.add(desk.agent_id)

    def take_vain(self) -> list[Desk]:
        """Return, once, whose phones rang in vain."""
        vain, self._vain = self._vain, []
        return vain

    def obey(self, command: ask.Command, reply: ask.Reply, moment: Moment) -> None:
        """Take in a command that was accepted."""
        desk = self.by_id.get(getattr(command, "agent_id", ""))
        if desk is None or isinstance(reply, ask.Refused):
            return
        if isinstance(command, ask.SetReady | ask.SetNotReady):
            self._wants(desk, command, moment)
        elif isinstance(command, ask.SignIn | ask.SignOut):
            self._comes_or_goes(desk, command)
        elif isinstance(command, ask.ChooseQueues | ask.AssignQueues):
            self._serves(desk, command)
        elif isinstance(command, ask.ReportDesk | ask.ReportMicrophone):
            _report(desk, command)
        else:
            _work(desk, command, moment)
        self.touch(desk)

    def call_left(self, desk: Desk, call: HeardCall, moment: Moment) -> None:
        """Let the wrap-up of a call begin, when nothing else is in his hands."""
        rule = self._rule(desk, call)
        wanted = rule.kind is not WrapUpKind.OPTIONAL or desk.asked
        if rule.kind is not WrapUpKind.NONE and wanted and desk.wish != "offline":
            desk.owed = rule
        if desk.talks:
            return
        desk.asked = False
        rule_owed, desk.owed = desk.owed, None
        if rule_owed is None or (rule_owed.kind in _TIMED and rule_owed.seconds <= 0):
            return
        desk.rule, desk.extended = rule_owed, False
        endless = rule_owed.kind is WrapUpKind.MANDATORY or rule_owed.seconds <= 0
        desk.wrap_until = inf if endless else moment.clock + rule_owed.seconds

    def _rule(self, desk: Desk, call: HeardCall) -> WrapUpRule:
        queue: QueueSettings | None = self._rules.get(call.queue)
        called_back = call.serves is not None and call.answered_at is not None
        if queue is None or not (call.inbound or called_back):
            return WrapUpRule()
        return desk.settings.wrap_up or queue.wrap_up

    def _wants(self, desk: Desk, command: ask.SetReady | ask.SetNotReady, moment: Moment) -> None:
        desk.wish = "ready" if isinstance(command, ask.SetReady) else "not_ready"
        desk.vain, desk.too_often = 0, False
        desk.tried = desk.offer is not None
        by_himself = command.by in {"", desk.agent_id}
        forced = desk.rule.kind is WrapUpKind.TIMED_FORCED and by_himself
        lasts = desk.wrap_until > moment.clock - A_TICK  # its timer may ring a moment later
        kept = lasts and (forced or command.after_wrap_up)
        if not kept and not desk.talks and desk.offer is None:
            desk.wrap_until, desk.owed = -inf, None

    def _comes_or_goes(self, desk: Desk, command: ask.SignIn | ask.SignOut) -> None:
        if isinstance(command, ask.SignIn):
            desk.picked = command.queues or desk.picked
            desk.wish = "not_ready" if desk.wish == "offline" else desk.wish
        else:
            desk.wish, desk.wrap_until, desk.owed = "offline", -inf, None
            desk.reserved_until, desk.asked = -inf, False
            desk.vain, desk.too_often = 0, False
            desk.picked = desk.assigned = ()
        self._seat()

    def _serves(self, desk: Desk, command: ask.ChooseQueues | ask.AssignQueues) -> None:
        if isinstance(command, ask.ChooseQueues):
            desk.picked = command.queues
        else:
            desk.assigned, desk.picked = command.queues, ()
        self._seat()

    def _seat(self) -> None:
        self.members = {name: [] for name in self._rules}
        for desk in self.by_id.values():
            for name in desk.queues:
                self.members[name].append(desk)


def _report(desk: Desk, command: ask.ReportDesk | ask.ReportMicrophone) -> None:
    if isinstance(command, ask.ReportMicrophone):
        desk.microphone = command.works
        return
    had = bool(desk.windows)
    (desk.windows.add if command.open else desk.windows.discard)(command.source)
    desk.window_closed = not desk.windows and (had or desk.window_closed)
    if desk.window_closed:
        desk.microphone = True


def _work(desk: Desk, command: ask.Command, moment: Moment) -> None:
    if isinstance(command, ask.FinishWrapUp):
        desk.wrap_until = -inf
    elif isinstance(command, ask.ExtendWrapUp):
        desk.wrap_until += desk.rule.extension_seconds
    elif isinstance(command, ask.AskWrapUp):
        desk.asked = command.wanted
    elif isinstance(command, ask.DialOut):
        desk.dialled = moment.clock
    elif isinstance(command, ask.ReserveForOutbound):
        desk.reserved_until = moment.clock + command.seconds
    elif isinstance(command, ask.ReleaseOutbound):
        desk.reserved_until = -inf
