"""From the stored documents of the configuration to the settings the board works by."""

from __future__ import annotations

from collections import Counter

from acd.board.settings import (
    AgentSettings,
    CallbackOrder,
    CallbackRule,
    Comfort,
    Hours,
    Limits,
    Overflow,
    OverflowKind,
    OverflowReason,
    Period,
    QueueSettings,
    Reason,
    RequirementStep,
    Roster,
    Seat,
    Strategy,
    WrapUpKind,
    WrapUpRule,
)
from crm_core.configuration import (
    AgentDocument,
    Configuration,
    QueueDocument,
    ReasonDocument,
    shapes,
)


def roster_of(configuration: Configuration) -> Roster:
    """Return the roster; agents in the order of their extensions, all else by name."""
    agents = sorted(configuration.agents.items(), key=lambda item: item[1].extension)
    return Roster(
        queues=tuple(
            queue_settings(name, queue) for name, queue in sorted(configuration.queues.items())
        ),
        agents=tuple(agent_settings(agent_id, agent) for agent_id, agent in agents),
        reasons=tuple(_reason(code, one) for code, one in configuration.reasons.items()),
        version=configuration.version,
    )


def queue_settings(name: str, queue: QueueDocument) -> QueueSettings:
    """Return how the board is to work the queue."""
    return QueueSettings(
        name=name,
        title=queue.title,
        title_en=queue.title_en or queue.title,
        ring_seconds=queue.ring_seconds,
        wrap_up=_wrap_up(queue.wrap_up),
        strategy=Strategy(queue.strategy.value),
        steps=tuple(_step(step) for step in queue.steps),
        priority=queue.priority,
        ageing_seconds=queue.ageing_seconds,
        owner_seconds=queue.owner_seconds,
        last_agent_seconds=queue.last_agent_seconds,
        ring_all_limit=queue.ring_all_limit,
        limits=Limits(**queue.limits.model_dump()),
        hours=_hours(queue.hours),
        overflow=tuple(_overflow(link) for link in queue.overflow),
        comfort=_comfort(queue.comfort),
        callback=_callback(queue.callback),
        short_abandon_seconds=queue.short_abandon_seconds,
        target_seconds=queue.target_seconds,
        target_share=queue.target_share,
        formula=queue.formula,
    )


def agent_settings(agent_id: str, agent: AgentDocument) -> AgentSettings:
    """Return who the agent is to the board."""
    seats = tuple(Seat(**seat.model_dump()) for seat in agent.seats)
    often = Counter(seat.queue for seat in seats)
    return AgentSettings(
        agent_id=agent_id,
        name=agent.name,
        extension=agent.extension,
        queues=tuple(sorted({seat.queue for seat in seats})),
        seats=tuple(
            seat for seat in seats if seat != Seat(queue=seat.queue) or often[seat.queue] > 1
        ),
        skills={name: level for name, level in agent.skills.items() if level},
        wrap_up=None if agent.wrap_up is None else _wrap_up(agent.wrap_up),
        missed_limit=agent.missed_limit,
        blended=agent.blended,
    )


def _step(step: shapes.Step) -> RequirementStep:
    anyone = step.needs.strip().lower() == "anyone"  # as a flow writes it
    return RequirementStep(needs="" if anyone else step.needs, seconds=step.seconds)


def _wrap_up(rule: shapes.WrapUp) -> WrapUpRule:
    return WrapUpRule(
        kind=WrapUpKind(rule.kind.value),
        seconds=rule.seconds,
        extension_seconds=rule.extension_seconds,
    )


def _hours(hours: shapes.OpenHours) -> Hours:
    return Hours(
        zone=hours.zone,
        periods=tuple(
            Period(weekday=one.weekday, since=one.since, until=one.until) for one in hours.periods
        ),
        closed_on=tuple(hours.closed_on),
        closed_now=hours.closed_now,
    )


def _overflow(link: shapes.OverflowLink) -> Overflow:
    return Overflow(
        reasons=frozenset(OverflowReason(reason.value) for reason in link.reasons),
        kind=OverflowKind(link.kind.value),
        target=link.target,
        priority=link.priority,
    )


def _comfort(comfort: shapes.WaitingComfort) -> Comfort:
    return Comfort(
        music=comfort.music,
        messages=tuple(comfort.messages),
        every_seconds=comfort.every_seconds,
        say_position=comfort.say_position,
        say_wait=comfort.say_wait,
    )


def _callback(rule: shapes.Callback) -> CallbackRule:
    return CallbackRule(
        offered=rule.offered,
        key=rule.key,
        after_seconds=rule.after_seconds,
        order=CallbackOrder(rule.order.value),
        tries=rule.tries,
        retry_seconds=rule.retry_seconds,
        expires_seconds=rule.expires_seconds,
    )


def _reason(code: str, reason: ReasonDocument) -> Reason:
    return Reason(
        code=code,
        paid=reason.paid,
        max_seconds=reason.max_seconds,
        max_a_day=reason.max_a_day,
    )
