"""The wire: carries events to the board late, twice or not at all; a new link brings the truth."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from uuid import UUID

from acd.simulation.agenda import Agenda
from acd.simulation.faults import Faults
from acd.simulation.scenario import Lags
from acd.simulation.switch import CARRIER, Switch
from acd.simulation.telling import outcome_of
from acd.simulation.truth import Caller, Stage
from cti import events as cti

_STAGES = {
    Stage.MENU: cti.CallStage.MENU,
    Stage.WAITING: cti.CallStage.WAITING,
    Stage.RINGING: cti.CallStage.RINGING,
    Stage.TALKING: cti.CallStage.TALKING,
    Stage.CALLING_OUT: cti.CallStage.RINGING,
}


class Wire:
    """One ordered stream of events, as `cti.feed` makes it.

    `hear` takes what arrives; `doubt` is told of what was lost on the way, until the
    next `Resynced` makes all of it true again.
    """

    def __init__(self, agenda: Agenda, chance: Random, faults: Faults, lags: Lags) -> None:
        self._agenda, self._chance, self._faults, self._lags = agenda, chance, faults, lags
        self.switch: Switch
        self.hear: Callable[..., None]
        self.doubt: Callable[[cti.Event], None]
        self.dies: Callable[[], None] = lambda: None
        self.shown: Callable[[Caller], None] = lambda _caller: None
        self.up = True
        self.under_way = 0
        self.link = 0  # goes on with each link; what was under way on an old one is lost
        self._latest = 0.0
        self._losing = 0
        self._heard: dict[UUID, Stage] = {}  # calls the reader knows of

    def tell(self, event: cti.Event) -> None:
        """Send one event on its way."""
        if not self.up:
            return
        now = self._agenda.seconds
        self._latest = max(self._latest, now + self._lags.event.take(self._chance))
        self.under_way += 1
        self._agenda.at(self._latest, self._deliver, self.link, event)

    def stand_still(self, seconds: float) -> None:
        """Let nothing arrive for so long; then everything does."""
        self._latest = max(self._latest, self._agenda.seconds + seconds)

    def lose(self, count: int) -> None:
        """Let the next events vanish."""
        self._losing = count

    def cut(self) -> bool:
        """Let the link die, with all that is under way; false when it is dead already."""
        if not self.up:
            return False
        self.up = False
        self.dies()
        self.renew()
        return True

    def renew(self) -> None:
        """Forget what is under way."""
        self.link += 1
        self._latest, self._losing, self.under_way = self._agenda.seconds, 0, 0

    def resync(self, epoch: int) -> None:
        """Make a new link: first the whole truth, then how what is gone ended."""
        self.up = True
        self.renew()
        at = self._agenda.day()
        callers = [c for c in self.switch.callers.values() if _is_told(c)]
        alive = {caller.call_id for caller in callers}
        gone = {key: stage for key, stage in self._heard.items() if key not in alive}
        self._heard = {caller.call_id: caller.stage for caller in callers}
        for caller in callers:
            self.shown(caller)
        self.hear(
            cti.Resynced(
                at=at,
                epoch=epoch,
                restarted=False,
                calls=tuple(self._live(caller) for caller in callers),
                devices={phone.device: phone.state() for phone in self.switch.phones.values()},
            )
        )
        for call_id, stage in gone.items():
            self._end(call_id, stage)

    def _deliver(self, link: int, event: cti.Event) -> None:
        if link != self.link:
            return
        self.under_way -= 1
        if self._losing:
            self._losing -= 1
            self.doubt(event)
            return
        self._note(event)
        self.hear(event)
        if self._faults.doubled and self._chance.random() < self._faults.doubled:
            self.under_way += 1
            self._agenda.after(self._chance.random(), self._again, link, event)

    def _again(self, link: int, event: cti.Event) -> None:
        if link == self.link:
            self.under_way -= 1
            self.hear(event, again=True)

    def _note(self, event: cti.Event) -> None:
        """Keep what the reader knows of the call, so that the end of a vanished one is told."""
        if isinstance(event, cti.CallOffered):
            self._heard[event.call_id] = Stage.MENU
        elif isinstance(event, cti.CallEnded):
            self._heard.pop(event.call_id, None)
        elif isinstance(event, cti.CallQueued) and event.call_id in self._heard:
            self._heard[event.call_id] = Stage.WAITING
        elif isinstance(event, cti.CallAnswered) and event.call_id in self._heard:
            self._heard[event.call_id] = Stage.TALKING

    def _end(self, call_id: UUID, stage: Stage) -> None:
        at = self._agenda.day()
        self.tell(
            cti.CallEnded(
                at=at,
                call_id=call_id,
                outcome=outcome_of(stage),
                hung_up_by=cti.Party.UNKNOWN,
                cause=16,
            )
        )

    def _live(self, caller: Caller) -> cti.LiveCall:
        device = caller.device or caller.outside
        if caller.stage is Stage.CALLING_OUT or _is_agents_own(caller):
            device = CARRIER
        return cti.LiveCall(
            call_id=caller.call_id,
            channel=caller.channel,
            uniqueid=caller.dial.uniqueid if caller.dial else caller.number,
            stage=_STAGES[caller.stage],
            direction=caller.direction,
            caller_number=caller.number,
            caller_name="",
            dialled_number="4000",
            queue=caller.queue if caller.stage is not Stage.MENU else "",
            device=device,
            device_channel=f"{device}-live" if caller.device else "",
            there=tuple((each, f"{each}-live") for each in _there(caller)),
            fallback=caller.fallback,
            started_at=self._agenda.day_of(caller.began),
        )


def _there(caller: Caller) -> list[str]:
    """Return the phones that are in the call, but for his who called in."""
    called = CARRIER if caller.customer else caller.outside
    return [*([caller.phone.device] if caller.phone else []), *([called] if called else [])]


def _is_agents_own(caller: Caller) -> bool:
    """Tell whether the agent's phone is the call's first channel, and he talks with another."""
    dial = caller.dial
    return dial is not None and dial.agent_first and caller.stage is Stage.TALKING


def _is_told(caller: Caller) -> bool:
    return caller.stage is not Stage.GONE
