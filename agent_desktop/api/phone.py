"""Phones in browsers: fresh passwords for the agent's own and for the demo caller's."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel

from acd.commands import IssuePhoneCredential
from agent_desktop.api import deeds
from agent_desktop.api.engine import give
from agent_desktop.api.operation import Ask, Operation
from agent_desktop.api.parsing import Nothing
from agent_desktop.credentials import DEMO_ENDPOINT, REALM, new_credential
from agent_desktop.errors import EngineRefused, NotFound
from agent_desktop.policy import PUBLIC, requires
from agent_desktop.services import Services
from crm_core.demo import CALLERS
from crm_core.queues import verbs as queues


class PhoneShown(BaseModel):
    """What a SIP phone in the browser registers with, until `expires_at`."""

    endpoint: str
    uri: str
    ws_url: str
    realm: str
    password: str
    display_name: str
    expires_at: datetime
    ice_servers: list[str] = []


class ServiceNumber(BaseModel):
    """A number of the call center that the demo caller may dial."""

    number: str
    title: str
    title_en: str


class DemoCallerShown(BaseModel):
    """Someone the demo caller may pretend to be; digits or `anonymous`."""

    number: str
    name: str
    name_en: str


class DemoPhoneShown(PhoneShown):
    """The demo caller's phone, whom it may call and as whom."""

    service_numbers: list[ServiceNumber]
    callers: list[DemoCallerShown]


async def give_phone(ask: Ask, *, body: Nothing) -> PhoneShown:
    """Make my browser's phone a fresh password; the one before ends."""
    del body
    user = ask.visitor.user
    if user.extension is None:
        raise EngineRefused("Your user has no extension.", code="no_extension")
    endpoint = f"agent-{user.extension}"
    async with ask.services.database.transaction() as session:
        await deeds.note(ask, session, "issue_phone", about=("endpoint", endpoint))
    return await _issue(ask.services, endpoint, user.display_name, by=ask.visitor.agent_id)


async def give_demo_phone(ask: Ask, *, body: Nothing) -> DemoPhoneShown:
    """Make the demo caller's phone a fresh password; in demo mode alone."""
    del body
    services = ask.services
    if not services.demo:
        raise NotFound
    async with services.database.read() as session:
        dids = await queues.dids(session, services.scope)
    phone = await _issue(services, DEMO_ENDPOINT, "Demo caller", by="")
    return DemoPhoneShown(
        **phone.model_dump(),
        service_numbers=[
            ServiceNumber(number=did.number, title=did.title, title_en=did.title) for did in dids
        ],
        callers=[
            DemoCallerShown(number=one.number, name=one.label, name_en=one.label_en)
            for one in CALLERS
        ],
    )


async def _issue(services: Services, endpoint: str, name: str, *, by: str) -> PhoneShown:
    """Tell the engine the digest of a new password and return the password itself."""
    made = new_credential(endpoint, now=services.clock())
    command = IssuePhoneCredential(
        endpoint=endpoint, ha1=made.ha1, expires_at=made.expires_at, by=by
    )
    await give(services, command)
    return PhoneShown(
        endpoint=endpoint,
        uri=f"sip:{endpoint}@{REALM}",
        ws_url=services.phone_url,
        realm=REALM,
        password=made.password,
        display_name=name,
        expires_at=made.expires_at,
    )


OPERATIONS = (
    Operation(
        method="POST",
        path="/me/phone",
        handler=give_phone,
        policy=requires("desktop", "use"),
        most_a_minute=30,
        refusals=(409,),
    ),
    Operation(
        method="POST",
        path="/demo/phone",
        handler=give_demo_phone,
        policy=PUBLIC,
        most_a_minute=30,
        refusals=(404,),
    ),
)
