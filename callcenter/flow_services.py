"""What flows ask of the platform: customers by PIN, their cases and charges, HTTP, callbacks."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from callcenter.dips import HttpDips
from crm_core import self_service
from crm_core.database import Database
from crm_core.tenancy import Scope
from ivr.arrival import Arrival
from ivr.flow import Answer, AskCallback, CheckPin, Dip, LookUp
from ivr.services import Outside


class Callbacks(Protocol):
    """Notes callbacks."""

    async def note(self, arrival: Arrival, *, queue: str, number: str) -> bool:
        """Note one; False when the queue takes none or the number cannot be called."""
        ...


class FlowServices:
    """Answers the questions of flows from the store and the network."""

    def __init__(
        self,
        database: Database,
        scope: Scope,
        *,
        dips: HttpDips,
        zone: ZoneInfo,
        callbacks: Callbacks | None = None,
    ) -> None:
        self._database, self._scope = database, scope
        self._dips = dips
        self._zone = zone
        self._callbacks = callbacks

    async def answer(self, arrival: Arrival, step: Outside) -> Answer:
        """Answer a step; raises what the database raises."""
        match step:
            case CheckPin():
                return await self._check_pin(step)
            case LookUp():
                return await self._look_up(step)
            case Dip():
                return await self._dips.ask(step)
            case AskCallback():
                return await self._callback(arrival, step)

    async def close(self) -> None:
        """Close what is open to the network."""
        await self._dips.close()

    async def _check_pin(self, step: CheckPin) -> Answer:
        async with self._database.read() as session:
            against = await self_service.pin_hash(session, self._scope, step.account)
        tried = await self_service.try_pin(step.pin, against)
        async with self._database.transaction() as session:
            found = await self_service.log_in(
                session, self._scope, customer_number=step.account, tried=tried
            )
        if found.outcome != "ok":
            return Answer(found.outcome)
        return Answer("ok", {"customer_name": found.name}, customer=str(found.contact_id))

    async def _look_up(self, step: LookUp) -> Answer:
        if not step.customer:
            return Answer("missing")
        contact_id = UUID(step.customer)
        if step.what == "balance":
            return await self._balance(contact_id)
        async with self._database.read() as session:
            case = await self_service.case_of(
                session, self._scope, contact_id, order=step.what == "order", number=step.number
            )
        if case is None:
            return Answer("missing")
        values = {"number": str(case.number), "status": case.status}
        values["opened"] = self._day(case.opened_at)
        return Answer("found", {f"{step.what}_{part}": value for part, value in values.items()})

    async def _balance(self, contact_id: UUID) -> Answer:
        async with self._database.read() as session:
            balance = await self_service.balance_of(session, self._scope, contact_id)
        if balance is None:
            return Answer("missing")
        amount, currency = balance
        return Answer("found", {"balance": f"{amount:.2f} {currency}"})

    async def _callback(self, arrival: Arrival, step: AskCallback) -> Answer:
        if self._callbacks is None:
            return Answer("failed")
        number = step.number or arrival.number
        noted = await self._callbacks.note(arrival, queue=step.queue, number=number)
        return Answer("next" if noted else "failed")

    def _day(self, at: datetime) -> str:
        return at.astimezone(self._zone).date().isoformat()
