"""From settings and the roster in the database to the plan of one Asterisk."""

from __future__ import annotations

from asterisk_conf.plan import AgentPhone, AsteriskPlan, FallbackQueue, InvalidPlan
from callcenter.errors import CommandFailed
from callcenter.home import make_home
from callcenter.secrets import Secrets
from callcenter.settings import Settings
from crm_core.database import Database
from crm_core.queues.model import Queue, RosterAgent
from crm_core.queues.verbs import queues, roster
from crm_core.tenancy import Scope


def asterisk_plan(
    settings: Settings, agents: list[RosterAgent], all_queues: list[Queue]
) -> AsteriskPlan:
    """Return the plan; CommandFailed when a value may not stand in Asterisk's files."""
    try:
        return AsteriskPlan(
            home=settings.home,
            ami_secret=Secrets(settings.home).ami_secret,
            ports=settings.asterisk_ports,
            agents=tuple(AgentPhone(extension=a.extension, name=a.name) for a in agents),
            queues=tuple(
                _fallback(queue, agents)  # the first one takes the callers who have none
                for queue in sorted(all_queues, key=lambda q: q.name != settings.default_queue)
            ),
            demo=settings.demo,
            trunk_peer=settings.trunk_peer,
            outbound_number=settings.service_number,
            system_name=settings.asterisk_name,
            node_port=settings.node_port,
            phones_at=settings.phones_at,
        )
    except InvalidPlan as error:
        raise CommandFailed(str(error)) from error


def _fallback(queue: Queue, agents: list[RosterAgent]) -> FallbackQueue:
    members = tuple(agent.extension for agent in agents if queue.name in agent.queues)
    return FallbackQueue(name=queue.name, members=members)


async def read_plan(settings: Settings) -> AsteriskPlan:
    """Bring the database to this version, read the roster and return the plan."""
    make_home(settings)
    database = Database(settings.database)
    try:
        await database.upgrade()
        async with database.read() as session:
            agents = await roster(session, Scope())
            all_queues = await queues(session, Scope())
    finally:
        await database.close()
    return asterisk_plan(settings, agents, all_queues)
