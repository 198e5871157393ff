"""The people of the simulated world: callers with patience, agents with habits."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING
from uuid import UUID

from acd import commands as ask
from acd import effects as fx
from acd.board.settings import NO_BRIEF
from acd.notices import AgentState
from acd.simulation.agenda import Agenda
from acd.simulation.dialler import Dialler
from acd.simulation.drawing import drawn_brief, drawn_target
from acd.simulation.scenario import PlannedCaller, PlannedWish, Scenario, Script, seeded
from acd.simulation.switch import Refused, Switch
from acd.simulation.tally import Tally
from acd.simulation.truth import Caller, Phone, Stage
from cti.events import Direction, Party

if TYPE_CHECKING:
    from acd.simulation.brain import Brain

HOUR = 3600.0
CALLBACKS = 1 << 100  # their ids are above those of calls


class Crowd:
    """Callers arrive, wait, talk and leave; agents come, answer, work on and take breaks."""

    def __init__(
        self, *, agenda: Agenda, scenario: Scenario, switch: Switch, tally: Tally, chance: Random
    ) -> None:
        self._agenda, self._scenario, self._switch = agenda, scenario, switch
        self._tally, self._chance = tally, chance
        self._habits = scenario.habits
        self.brain: Brain
        self.open = True  # new callers come
        rules = {queue.name: queue for queue in scenario.roster.queues}
        self.dialler = Dialler(agenda, seeded("dialler", scenario.seed), switch, rules)
        self._calls = self._promised = 0
        self.wishes: dict[str, str] = {}  # what each agent last asked to be, to be told again

    def begin(self) -> None:
        """Let the first callers come and the agents sit down."""
        if self._scenario.script is not None:
            self._follow(self._scenario.script)
            return
        for queue in self._scenario.rates:
            self._next_caller(queue)
        for agent in self._scenario.roster.agents:
            late = 0.0 if self._scenario.all_ready else self._chance.random() * 30.0
            self._agenda.after(late, self.sign_in, agent.agent_id)

    def come_back(self) -> None:
        """Let every desk say again what its agent wanted: the engine began anew."""
        for agent_id, wish in self.wishes.items():
            if wish == "ready":
                self._agenda.after(self._chance.random(), self.sign_in, agent_id)
            elif wish == "not_ready":
                late = self._chance.random()
                self._agenda.after(late, self.give, ask.SignIn(agent_id=agent_id))

    def _follow(self, script: Script) -> None:
        """Let everything happen as it is written."""
        for caller in script.callers:
            self._agenda.at(caller.at, self._planned_comes, caller)
        for wish in script.wishes:
            self._agenda.at(wish.at, self._wishes_to_be, wish)

    def _planned_comes(self, planned: PlannedCaller) -> None:
        caller = self._new_caller("PJSIP/trunk")
        caller.queue = planned.queue
        caller.talk_seconds, caller.wrap_up_seconds = planned.talk, planned.wrap_up
        caller.patience = planned.patience
        if planned.brief != NO_BRIEF:
            self.brain.brief(caller.call_id, planned.brief)
        self._switch.arrive(caller)
        self._enters(caller)

    def _wishes_to_be(self, wish: PlannedWish) -> None:
        self.wishes[wish.agent_id] = wish.wish
        if wish.wish == "offline":
            self.give(ask.SignOut(agent_id=wish.agent_id))
        elif wish.wish == "ready":
            self.sign_in(wish.agent_id)
        else:
            self.give(ask.SignIn(agent_id=wish.agent_id))
            self.give(ask.SetNotReady(agent_id=wish.agent_id, reason="break"))

    # --- callers -------------------------------------------------------------------------

    def _next_caller(self, queue: str) -> None:
        rate = self._scenario.rates[queue]
        if rate > 0 and self.open:
            self._agenda.after(self._chance.expovariate(rate), self._call_comes, queue)

    def _call_comes(self, queue: str) -> None:
        if not self.open:
            return
        self._next_caller(queue)
        chance, scenario = self._chance, self._scenario
        caller = self._new_caller("PJSIP/trunk")
        caller.queue = queue
        caller.talk_seconds = scenario.talk.take(chance)
        caller.patience = scenario.patience.take(chance) if scenario.patience else -1.0
        caller.priority = 5 if chance.random() < self._habits.vips else 0
        if self._habits.whims and chance.random() < 0.4:  # noqa: PLR2004 - a share
            self.brain.brief(caller.call_id, drawn_brief(scenario.roster, chance))
        self._switch.arrive(caller)
        menu = self._habits.menu.take(chance)
        if chance.random() < 0.02 * (menu > 0):
            self._agenda.after(menu, self._switch.hang_up, caller)
        else:
            self._agenda.after(menu, self._enters, caller)

    def _enters(self, caller: Caller) -> None:
        if caller.stage is not Stage.MENU:
            return
        caller.queued = self._agenda.seconds
        self._tally.offered(caller)
        self._switch.wait(caller)
        self._is_patient(caller)

    def _is_patient(self, caller: Caller) -> None:
        if caller.patience < 0:
            return
        self._agenda.after(caller.patience, self._gives_up, caller, caller.queued)
        if self._chance.random() < self._habits.calls_back:
            soon = caller.patience * self._chance.random()
            self._agenda.after(soon, self._presses, caller, caller.queued)

    def _presses(self, caller: Caller, queued: float) -> None:
        """Ask to be called back: the place is kept, and the caller hangs up."""
        if caller.queued != queued or caller.stage is not Stage.WAITING or caller.fallback:
            return
        self._promised += 1
        wish = ask.RequestCallback(
            callback_id=UUID(int=CALLBACKS + self._promised),
            call_id=caller.call_id,
            number=caller.number,
        )
        if isinstance(self.give(wish), ask.Accepted):
            self._switch.keep_place(caller)

    def asked_for_callback(self, caller: Caller) -> None:
        """Say yes, or wait on."""
        yes = self._chance.random() < 0.6  # noqa: PLR2004 - a share
        delay = self._chance.uniform(1.0, 5.0)
        if yes:
            self._agenda.after(delay, self._presses, caller, caller.queued)
        else:
            no = ask.DeclineCallback(call_id=caller.call_id)
            self._agenda.after(delay, self.give, no)

    def _gives_up(self, caller: Caller, queued: float) -> None:
        if caller.queued == queued and caller.stage in {Stage.WAITING, Stage.RINGING}:
            self._switch.hang_up(caller)

    def waits(self, caller: Caller) -> None:
        """Let the caller be patient anew when he was moved to another queue."""
        if caller.dial is not None and caller.queued == self._agenda.seconds:
            self._agenda.after(caller.patience, self._gives_up, caller, caller.queued)
        if caller.waits and caller.waits[-1] < 0 and caller.queued == self._agenda.seconds:
            self._tally.offered(caller)
            self._is_patient(caller)

    def diverted(self, caller: Caller, queue: str) -> None:
        """Count one whom his queue sent on."""
        self._tally.overflowed(caller, queue)

    def gone(self, caller: Caller, *, answered: bool) -> None:
        """Count who was never answered."""
        if not answered:
            self._tally.abandoned(caller)

    def _new_caller(self, line: str) -> Caller:
        self._calls += 1
        return Caller(
            call_id=UUID(int=self._calls),
            channel=f"{line}-{self._calls:08x}",
            number=f"1{self._calls:010d}",
            began=self._agenda.seconds,
        )

    # --- agents at their phones ----------------------------------------------------------

    def rings(self, phone: Phone, caller: Caller, seconds: float) -> None:
        """Answer, press it away, or let it ring."""
        del seconds
        chance, habits = self._chance, self._habits
        dice = chance.random()
        if dice < habits.ignores or not phone.registered:
            return
        act = self._rejects if dice < habits.ignores + habits.rejects else self._answers
        delay = habits.answer.take(chance)
        if delay <= 0.0:
            act(phone, caller, caller.turn)
        else:
            self._agenda.after(delay, act, phone, caller, caller.turn)

    def _answers(self, phone: Phone, caller: Caller, turn: int) -> None:
        if caller.turn == turn and phone.rings is caller and phone.registered:
            self._switch.answer(phone)

    def _rejects(self, phone: Phone, caller: Caller, turn: int) -> None:
        if caller.turn == turn and phone.rings is caller:
            self._switch.reject(phone)

    def talks(self, phone: Phone, caller: Caller) -> None:
        """Talk, and plan how the talk ends."""
        self.dialler.talks(caller)
        self._tally.answered(caller)
        chance, habits, turn = self._chance, self._habits, caller.turn
        seconds = caller.talk_seconds
        dice = chance.random()
        if habits.whims and dice > 0.7:  # noqa: PLR2004 - where it may be asked for
            half = seconds * chance.random()
            self._agenda.after(half, self.give, ask.AskWrapUp(agent_id=phone.agent_id))
        if dice < habits.holds:
            self._agenda.after(seconds * 0.3, self._hold, phone, caller, turn, True)
            self._agenda.after(seconds * 0.6, self._hold, phone, caller, turn, False)
        dice = chance.random()
        if dice < habits.hands_on and caller.direction is Direction.INBOUND:
            caller.talk_seconds = seconds / 2.0
            self._agenda.after(seconds / 2.0, self._hands_on, phone, caller, turn)
        elif dice < habits.hands_on + habits.agent_hangs_up:
            self._agenda.after(seconds, self._agent_ends, phone, caller, turn)
        self._agenda.after(seconds + 0.5, self._ends, caller, turn)
        if not habits.agent_hangs_up:
            self._agenda.after(seconds, self._ends, caller, turn)

    def agent_is_there(self, phone: Phone, caller: Caller) -> None:
        """Ring the customer of a callback now that its agent is on the line."""
        del phone
        if caller.dial is not None:
            self.dialler.ring_customer(caller, caller.dial)

    def call_back(self, dial: fx.DialCallback, unlucky: bool) -> None:
        """Begin the call of a callback; raises `Refused`, also when Asterisk does not want to."""
        if unlucky:
            raise Refused("Asterisk does not want to")
        self.dialler.make(dial, self._scenario.talk.take(self._chance))

    def talks_outside(self, caller: Caller) -> None:
        """Talk with the world outside for as long again."""
        self._agenda.after(caller.talk_seconds, self._ends, caller, caller.turn)

    def left(self, phone: Phone, caller: Caller) -> None:
        """Work on after the call, and click when it is done."""
        if caller.wrap_up_seconds >= 0:
            self._agenda.after(caller.wrap_up_seconds, self._clicks, phone.agent_id)
        elif self._chance.random() < 0.9:  # noqa: PLR2004 - the others let it run
            delay = self._habits.wrap_up.take(self._chance)
            self._agenda.after(delay, self._clicks, phone.agent_id)

    def _hold(self, phone: Phone, caller: Caller, turn: int, held: bool) -> None:
        if caller.turn == turn and phone.talks is caller:
            self._switch.hold(phone, held=held)

    def _ends(self, caller: Caller, turn: int) -> None:
        if caller.turn == turn:
            self._switch.hang_up(caller, Party.CALLER)

    def _agent_ends(self, phone: Phone, caller: Caller, turn: int) -> None:
        if caller.turn == turn and phone.talks is caller:
            self.give(ask.HangUp(agent_id=phone.agent_id, call_id=caller.call_id))

    def _hands_on(self, phone: Phone, caller: Caller, turn: int) -> None:
        if caller.turn != turn or phone.talks is not caller:
            return
        target = drawn_target(self._scenario.roster, self._chance)
        whose = {"agent_id": phone.agent_id, "call_id": caller.call_id}
        self.give(ask.TransferCall.model_validate(whose | target))

    def dial(self, effect: fx.DialNumber) -> None:
        """Begin the call that an agent dials."""
        caller = self._new_caller(f"PJSIP/agent-{effect.extension}")
        caller.direction = Direction.OUTBOUND
        caller.talk_seconds = self._scenario.talk.take(self._chance)
        self._switch.dial(caller, self._switch.phones[f"PJSIP/agent-{effect.extension}"])

    # --- agents at their desks -----------------------------------------------------------

    def sign_in(self, agent_id: str) -> None:
        """Sit down and be ready."""
        self.wishes[agent_id] = "ready"
        self.give(ask.SignIn(agent_id=agent_id))
        self.give(ask.SetReady(agent_id=agent_id))

    def _clicks(self, agent_id: str) -> None:
        row = self.brain.shown(agent_id)
        if row is not None and row.state is AgentState.WRAP_UP:
            self.give(ask.FinishWrapUp(agent_id=agent_id))

    def set_aside(self, agent_id: str) -> None:
        """Notice a while later that the board took him out, and be ready again."""
        self._agenda.after(self._chance.uniform(2.0, 20.0), self._ready_again, agent_id)

    def _ready_again(self, agent_id: str) -> None:
        if self.wishes.get(agent_id) == "ready":
            self.sign_in(agent_id)

    def give(self, command: ask.Command) -> ask.Reply:
        """Command the board; what it answers is shown by its rows."""
        return self.brain.give(command)
