"""Promises about overflow: who cannot be served is sent on, and nobody else."""

from __future__ import annotations

from acd import effects as fx
from acd.board import Moment
from acd.board.settings import Overflow, OverflowKind, OverflowReason, QueueSettings
from acd.simulation.diverting import why_kept
from acd.simulation.evidence import Evidence
from acd.simulation.heard import HeardCall, waits_in
from acd.simulation.result import Broken
from acd.simulation.told import Told

LATE = 1.0  # seconds within which a timer has rung and everything is told
DESERTED = 10.0  # nobody signed in for so long, before a queue counts as deserted
TOLD = 0.2  # seconds a queue's row may be behind
_PROMISE = "who cannot be served is sent on"


class SentOn:
    """Sees whom queues send on, and who still waits that should have been."""

    def __init__(self, evidence: Evidence, told: Told) -> None:
        self._evidence, self._hearing, self._told = evidence, evidence.hearing, told
        self._fresh_at: dict[str, float] = {}  # clock, by queue, since which its rules hold

    def begin(self) -> None:
        """Look at a board that begins anew."""
        self._fresh_at.clear()

    def renewed(self, names: list[str], moment: Moment) -> None:
        """Give these queues a moment: their rules, or all that is known, are new."""
        self._fresh_at.update(dict.fromkeys(names, moment.clock))

    def diverted(self, divert: fx.DivertCall, moment: Moment) -> None:
        """Hold it against the promises that a caller is sent on."""
        self._evidence.note(moment, divert)
        self._evidence.checks += 1
        call = self._hearing.calls.get(divert.call_id)
        if call is None:
            raise Broken("no ghost call", f"{divert.call_id} is sent on and is over")
        rules = self._hearing.rules[divert.queue]
        why = "" if call.doubt else why_kept(self._hearing, call, divert, moment)
        why = why or ("" if call.doubt else self._too_early(divert, moment))
        if why:
            raise Broken("only who cannot be served is sent on", f"{call.call_id}: {why}")
        call.led = True
        if divert.kind is OverflowKind.CALLBACK:
            return  # he is asked, and waits on
        links = (
            link
            for link in rules.overflow
            if (link.kind, link.target) == (divert.kind, divert.target)
        )
        link = next((link for link in links if divert.reason in link.reasons), None)
        self._hearing.divert(call, (divert.target, link.priority if link else 0), moment)

    def not_diverted(self, call: HeardCall | None) -> None:
        """Learn that Asterisk did not send a caller on."""
        if call is not None and call.stage == "diverted":
            self._hearing.not_diverted(call)

    def after(self) -> None:
        """Look, at the end of a step, whether a full queue kept who came in it."""
        for call in self._hearing.newcomers:
            rules = self._hearing.rules.get(call.queue)
            if rules is not None and not (self._hearing.stale or call.led or call.asked):
                self._check_let_in(call, rules)
        self._hearing.newcomers.clear()

    def _check_let_in(self, call: HeardCall, rules: QueueSettings) -> None:
        most = rules.limits.max_waiting
        if most is None or not any(
            _always_can(link, OverflowReason.FULL) for link in rules.overflow
        ):
            return
        there = [each for each in self._hearing.calls.values() if waits_in(each, rules.name)]
        if call not in there or any(each.doubt for each in there):
            return
        self._evidence.checks += 1
        if len(there) > most:
            raise Broken(_PROMISE, f"{call.call_id} is let in beside {len(there) - 1} others")

    def sweep(self, moment: Moment) -> None:
        """Look for callers whom no queue should keep any more."""
        for name, line in self._hearing.lines.items():
            rules = self._hearing.rules.get(name)
            if rules is None or self._hearing.stale:
                continue
            fresh = self._fresh_at.get(name, moment.clock)
            for call_id in line.calls():
                call = self._hearing.calls.get(call_id)
                if call is not None and not (call.led or call.doubt or call.lent):
                    self._check_kept(call, rules, fresh, moment)

    def _check_kept(
        self, call: HeardCall, rules: QueueSettings, fresh: float, moment: Moment
    ) -> None:
        self._evidence.checks += 1
        for reason, since in self._reasons(call, rules):
            if not any(_always_can(link, reason) for link in rules.overflow):
                continue
            if reason is OverflowReason.NOBODY:
                since = max(since, fresh) + DESERTED  # noqa: PLW2901 - who is there is told anew
            if moment.clock > max(since, fresh) + LATE:
                raise Broken(_PROMISE, f"{call.call_id} is in {rules.name}, which is {reason}")

    def _reasons(
        self, call: HeardCall, rules: QueueSettings
    ) -> list[tuple[OverflowReason, float]]:
        """Return why the caller should go, and from which reading of the clock on."""
        found = []
        if rules.limits.max_wait_seconds is not None:
            found.append((OverflowReason.WAITED, call.began + rules.limits.max_wait_seconds))
        if rules.name in self._told.closed:
            found.append((OverflowReason.CLOSED, self._told.closed[rules.name]))
        if rules.name in self._told.deserted:
            found.append((OverflowReason.NOBODY, self._told.deserted[rules.name]))
        return found

    def _too_early(self, divert: fx.DivertCall, moment: Moment) -> str:
        if divert.reason is not OverflowReason.NOBODY:
            return ""
        alone = moment.clock - self._told.deserted.get(divert.queue, moment.clock)
        return "" if alone > DESERTED - TOLD else f"somebody was there {alone:.1f} s ago"


def _always_can(link: Overflow, reason: OverflowReason) -> bool:
    return reason in link.reasons and link.kind in {
        OverflowKind.HANG_UP,
        OverflowKind.VOICEMAIL,
        OverflowKind.NUMBER,
        OverflowKind.MESSAGE,
    }
