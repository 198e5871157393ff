"""Orders: what each command of a person does to the board, or why it is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

from acd import commands as ask
from acd.board.floor import Floor
from acd.board.model import Moment
from acd.board.orders import calls, consult, outbound, presence, promises, states
from acd.board.orders.refusals import refuse

Order: TypeAlias = Callable[[Floor, Any, Moment], ask.Reply]


def obey(floor: Floor, command: ask.Command, now: Moment) -> ask.Reply:
    """Carry out the command, or refuse it with the reason."""
    order = _ORDERS.get(type(command))
    if order is None:
        return refuse("not_for_the_board", "The board does not know this command.")
    return order(floor, command, now)


_ORDERS: dict[type, Order] = {
    ask.SignIn: presence.sign_in,
    ask.SignOut: presence.sign_out,
    ask.SetReady: states.set_ready,
    ask.SetNotReady: states.set_not_ready,
    ask.ChooseQueues: presence.choose_queues,
    ask.AssignQueues: presence.assign_queues,
    ask.ReportDesk: presence.report_desk,
    ask.ReportMicrophone: presence.report_microphone,
    ask.AskWrapUp: states.ask_wrap_up,
    ask.ExtendWrapUp: states.extend_wrap_up,
    ask.FinishWrapUp: states.finish_wrap_up,
    ask.HangUp: calls.hang_up,
    ask.TransferCall: calls.transfer,
    ask.StartConsult: consult.start,
    ask.EndConsult: consult.end,
    ask.DialOut: calls.dial_out,
    ask.ReserveForOutbound: outbound.reserve,
    ask.ReleaseOutbound: outbound.release,
    ask.RequestCallback: promises.request,
    ask.DeclineCallback: promises.decline,
    ask.CancelCallback: promises.cancel,
}
