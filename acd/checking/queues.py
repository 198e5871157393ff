"""Checks of one queue by itself: figures, steps, waiting, wrap-up, callback."""

from __future__ import annotations

import re
from collections.abc import Iterator

from acd.board.levels import COUNTED
from acd.board.settings import (
    Comfort,
    OverflowKind,
    OverflowReason,
    QueueSettings,
    WrapUpKind,
    WrapUpRule,
)
from acd.checking.hours import check_hours
from acd.checking.problems import Known, Place, Problem
from acd.routing.requirements import RequirementError, unknown_skills
from crm_core.sentences import sentence

DAY = 86_400
HOUR = 3_600
_FIGURES = (
    ("ring_seconds", 3, 300),
    ("priority", -100, 100),
    ("ageing_seconds", 0, DAY),
    ("owner_seconds", 0, HOUR),
    ("last_agent_seconds", 0, HOUR),
    ("ring_all_limit", 1, 50),
    ("short_abandon_seconds", 0, 300),
    ("target_seconds", 1, HOUR),
    ("target_share", 0.01, 1),
)
_WHY = {
    OverflowReason.CLOSED: sentence("closed", "the queue is closed"),
    OverflowReason.FULL: sentence("full", "the queue is full"),
    OverflowReason.NOBODY: sentence("nobody", "nobody serves the queue"),
    OverflowReason.WAITED: sentence("waited", "it has waited too long"),
}
_NUMBER = re.compile(r"\+?[0-9]{2,20}")
_PROMPT = re.compile(r"[a-z0-9-]{1,60}")  # the dialplan parts several by _, and takes no more
_MAILBOX = re.compile(r"[a-z0-9_-]{0,40}")
_KEYS = frozenset("0123456789*#")
_LONGEST_DELAY = HOUR


def check_queue(queue: QueueSettings, known: Known) -> Iterator[Problem]:
    """Check what can be said of a queue without looking at the others."""
    place = Place(kind="queue", key=queue.name)
    for path, low, high in _FIGURES:
        yield from place.within(path, getattr(queue, path), low, high)
    if queue.formula not in COUNTED:
        yield place.error(
            "formula",
            "unknown_formula",
            "there is no formula {formula}",
            formula=queue.formula,
        )
    yield from _limits(place, queue)
    yield from check_wrap_up(place, "wrap_up", queue.wrap_up)
    yield from _steps(place, queue, known)
    yield from check_hours(place, queue.hours)
    yield from _links(place, queue, known)
    yield from _comfort(place, queue.comfort, known)
    yield from _callback(place, queue)
    yield from _ways_out(place, queue)


def check_wrap_up(place: Place, path: str, rule: WrapUpRule) -> Iterator[Problem]:
    """Check after-call work of a queue or an agent."""
    yield from place.within(f"{path}.seconds", rule.seconds, 0, HOUR)
    yield from place.within(f"{path}.extension_seconds", rule.extension_seconds, 0, HOUR)
    if rule.kind in {WrapUpKind.TIMED, WrapUpKind.TIMED_FORCED} and rule.seconds == 0:
        yield place.error(
            f"{path}.seconds", "no_seconds", "wrap-up of this kind needs how many seconds it lasts"
        )


def _limits(place: Place, queue: QueueSettings) -> Iterator[Problem]:
    limits = queue.limits
    yield from place.within("limits.max_waiting", limits.max_waiting, 1, 100_000)
    yield from place.within("limits.max_wait_seconds", limits.max_wait_seconds, 1, DAY)
    yield from place.within("limits.max_per_ready_agent", limits.max_per_ready_agent, 0.1, 1000)


def _steps(place: Place, queue: QueueSettings, known: Known) -> Iterator[Problem]:
    last = len(queue.steps) - 1
    for position, step in enumerate(queue.steps):
        path = f"steps.{position}"
        yield from check_needs(place, f"{path}.needs", step.needs, known)
        yield from place.within(f"{path}.seconds", step.seconds, 1, DAY)
        if position < last and step.seconds is None:
            yield place.error(
                f"{path}.seconds",
                "step_without_end",
                "every step but the last says after how many seconds the next begins",
            )
        if position == last and step.seconds is not None:
            yield place.error(
                f"{path}.seconds",
                "last_step_ends",
                "the last step has no end: leave its seconds empty or add a step",
            )
        if position < last and not step.needs.strip():
            yield place.warning(
                f"{path}.needs",
                "steps_behind_anyone",
                "anyone may take the call from here on: the steps behind are never reached",
            )


def check_needs(place: Place, path: str, needs: str, known: Known) -> Iterator[Problem]:
    """Check one requirement: that it is understood, and that its skills exist."""
    try:
        unknown = unknown_skills(needs, known.skills)
    except RequirementError as error:
        yield place.error(
            path,
            "does_not_parse",
            "at character {place}: {reason}",
            place=error.place,
            reason=error.reason,
        )
        return
    for one in unknown:
        yield place.error(
            path,
            "unknown_skill",
            "at character {place}: {reason}",
            place=one.place,
            reason=one.reason,
        )


def _links(place: Place, queue: QueueSettings, known: Known) -> Iterator[Problem]:
    taken: set[OverflowReason] = set()
    for position, link in enumerate(queue.overflow):
        path = f"overflow.{position}"
        yield from place.within(f"{path}.priority", link.priority, -100, 100)
        if not link.reasons:
            yield place.error(f"{path}.reasons", "no_reasons", "say when the call goes there")
        elif link.reasons <= taken:
            yield place.warning(
                path, "link_never_reached", "never reached: a link above ends these calls"
            )
        if link.kind is OverflowKind.HANG_UP:
            taken |= link.reasons
        yield from _target(place, f"{path}.target", link.kind, link.target, known)
        if link.kind is OverflowKind.CALLBACK and not queue.callback.offered:
            yield place.error(
                f"{path}.kind",
                "callback_not_offered",
                "a callback is not offered in this queue: switch it on",
            )


def _target(
    place: Place, path: str, kind: OverflowKind, target: str, known: Known
) -> Iterator[Problem]:
    if kind is OverflowKind.NUMBER and not _NUMBER.fullmatch(target):
        yield place.error(
            path,
            "bad_number",
            "'{number}' is no number: 2 to 20 digits, maybe with + in front",
            number=target,
        )
    elif kind is OverflowKind.MESSAGE:
        yield from _prompt(place, path, target, known)
    elif kind is OverflowKind.VOICEMAIL and not _MAILBOX.fullmatch(target):
        yield place.error(
            path,
            "bad_mailbox",
            "'{mailbox}' is no mailbox: a-z, 0-9, - and _, or nothing",
            mailbox=target,
        )


def _prompt(place: Place, path: str, name: str, known: Known) -> Iterator[Problem]:
    if not _PROMPT.fullmatch(name):
        yield place.error(
            path,
            "bad_prompt",
            "'{prompt}' is no name of a prompt: up to 60 of a-z, 0-9 and -",
            prompt=name,
        )
    elif known.prompts is not None and name not in known.prompts:
        yield place.error(path, "unknown_prompt", "there is no prompt '{prompt}'", prompt=name)


def _comfort(place: Place, comfort: Comfort, known: Known) -> Iterator[Problem]:
    yield from place.within("comfort.every_seconds", comfort.every_seconds, 5, HOUR)
    for position, name in enumerate(comfort.messages):
        yield from _prompt(place, f"comfort.messages.{position}", name, known)
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,40}", comfort.music):
        yield place.error(
            "comfort.music",
            "bad_music",
            "'{music}' is no class of music: letters, digits, - and _",
            music=comfort.music,
        )


def _callback(place: Place, queue: QueueSettings) -> Iterator[Problem]:
    rule = queue.callback
    yield from place.within("callback.after_seconds", rule.after_seconds, 0, HOUR)
    yield from place.within("callback.tries", rule.tries, 1, 10)
    yield from place.within("callback.retry_seconds", rule.retry_seconds, 10, DAY)
    yield from place.within("callback.expires_seconds", rule.expires_seconds, 60, 7 * DAY)
    if rule.offered and rule.key not in _KEYS:
        yield place.error(
            "callback.key", "no_key", "callers need one key to press: a digit, * or #"
        )


def _ways_out(place: Place, queue: QueueSettings) -> Iterator[Problem]:
    """Warn where a limit leaves callers with nothing."""
    covered = frozenset[OverflowReason]().union(*(link.reasons for link in queue.overflow))
    limits = queue.limits
    ends = {
        OverflowReason.CLOSED: bool(queue.hours.periods or queue.hours.closed_on),
        OverflowReason.FULL: limits.max_waiting is not None
        or limits.max_per_ready_agent is not None,
        OverflowReason.WAITED: limits.max_wait_seconds is not None,
    }
    for reason, happens in ends.items():
        if happens and reason not in covered:
            yield place.warning(
                "overflow",
                "no_way_out",
                "no link says where a call goes that is not kept because: {why}",
                why=_WHY[reason],
                reason=reason.value,
            )
