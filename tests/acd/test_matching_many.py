"""Several agents come free at once: nobody is spent on a call behind one he could take."""

from __future__ import annotations

from acd import commands as ask
from acd.board import AgentSettings, QueueSettings, Roster
from acd.board.settings import RequirementStep
from acd.effects import OfferCall
from acd.testing import Shift, call_id, phone
from cti import events as cti


def test_after_a_resync_the_first_in_line_goes_first_though_fewer_agents_can_take_him() -> None:
    tech = QueueSettings(
        name="tech", steps=(RequirementStep(needs="tech>=2", seconds=60), RequirementStep())
    )
    roster = Roster(
        queues=(tech, QueueSettings(name="any", priority=-1)),
        agents=(
            AgentSettings(agent_id="1001", name="plain", extension="1001", queues=("any",)),
            AgentSettings(
                agent_id="1002",
                name="able",
                extension="1002",
                queues=("any", "tech"),
                skills={"tech": 3},
            ),
        ),
    )
    shift = Shift(roster)
    for agent in ("1002", "1001"):  # the able one is idle the longest
        shift.give(ask.SignIn(agent_id=agent))
        shift.ready(agent)
        shift.seconds += 1.0
    calls = tuple(
        cti.LiveCall(
            call_id=call_id(number),
            channel=f"PJSIP/trunk-{number}",
            uniqueid=f"1.{number}",
            stage=cti.CallStage.WAITING,
            direction=cti.Direction.INBOUND,
            caller_number="13800138000",
            caller_name="",
            dialled_number="4000",
            queue=queue,
            started_at=shift.at,
        )
        for number, queue in ((1, "any"), (2, "tech"))
    )
    free = {phone(agent): cti.DeviceState.NOT_INUSE for agent in ("1001", "1002")}
    shift.effects.clear()
    shift.hear(cti.Resynced(at=shift.at, epoch=1, restarted=False, calls=calls, devices=free))

    taken = {offer.call_id: offer.agent_id for offer in shift.asked(OfferCall)}
    assert taken == {call_id(1): "1001", call_id(2): "1002"}
