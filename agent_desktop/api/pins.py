"""PINs by which customers log in on the telephone: how one stands, set, unlocked, taken away."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, StringConstraints

from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Body, Nothing
from agent_desktop.policy import requires
from crm_core import self_service
from crm_core.database import Session

POLICY = requires("customer", "set_pin")


class PinShown(BaseModel):
    """How a customer's PIN stands; the PIN itself is never shown."""

    is_set: bool
    customer_number: str = ""
    changed_at: datetime | None = None
    failures: int = 0  # wrong ones in a row
    locked_until: datetime | None = None


class PinWanted(Body):
    """A customer number and a PIN, as digits."""

    customer_number: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}$")]
    pin: Annotated[str, StringConstraints(pattern=r"^[0-9]{4,12}$"), Field(repr=False)]


async def show_pin(ask: Ask, *, contact_id: UUID) -> PinShown:
    """Show how a customer's PIN stands."""
    async with ask.services.database.read() as session:
        return await _shown(ask, session, contact_id)


async def set_customer_pin(ask: Ask, *, contact_id: UUID, body: PinWanted) -> PinShown:
    """Give a customer a number and a PIN, and unlock him; nobody sees the PIN again."""
    hashed = await self_service.hash_pin(body.pin)  # takes long: before anything is held
    async with ask.services.database.transaction() as session:
        await self_service.set_pin(
            session,
            ask.visitor.scope,
            contact_id,
            customer_number=body.customer_number,
            hashed=hashed,
        )
        return await _shown(ask, session, contact_id)


async def unlock_customer_pin(ask: Ask, *, contact_id: UUID, body: Nothing) -> PinShown:
    """Let a customer who was locked out try again at once."""
    del body
    async with ask.services.database.transaction() as session:
        await self_service.unlock_pin(session, ask.visitor.scope, contact_id)
        return await _shown(ask, session, contact_id)


async def remove_customer_pin(ask: Ask, *, contact_id: UUID) -> None:
    """Take a customer's PIN away: he logs in no more."""
    async with ask.services.database.transaction() as session:
        await self_service.remove_pin(session, ask.visitor.scope, contact_id)


async def _shown(ask: Ask, session: Session, contact_id: UUID) -> PinShown:
    state = await self_service.pin_state(
        session, ask.visitor.scope, contact_id, at=ask.services.clock()
    )
    if state is None:
        return PinShown(is_set=False)
    return PinShown(
        is_set=True,
        customer_number=state.customer_number,
        changed_at=state.changed_at,
        failures=state.failures,
        locked_until=state.locked_until,
    )


_ONE = "/customers/{contact_id}/pin"
OPERATIONS = (
    Operation(method="GET", path=_ONE, handler=show_pin, policy=POLICY),
    Operation(
        method="PUT",
        path=_ONE,
        handler=set_customer_pin,
        policy=POLICY,
        most_a_minute=30,
        refusals=(409,),
    ),
    Operation(method="POST", path=f"{_ONE}/unlock", handler=unlock_customer_pin, policy=POLICY),
    Operation(method="DELETE", path=_ONE, handler=remove_customer_pin, policy=POLICY, status=204),
)
