"""Whether callers are led somewhere sensible when nobody works."""

from __future__ import annotations

from collections.abc import Iterator

from crm_core.sentences import sentence
from ivr.numbers.conditions import Condition, HoursCondition
from ivr.numbers.lint_rules import Finding, error, takes_all, warning
from ivr.numbers.model import Plan, Rule, placed_rules
from ivr.numbers.targets import AgentTarget, QueueTarget, Target, target_words


def hours_findings(plan: Plan) -> Iterator[Finding]:
    """Find callers who would reach people although the schedules that are asked are closed."""
    if isinstance(plan.closed, QueueTarget | AgentTarget):
        reason = sentence(
            "no_closed_destination",
            "leads to {target}: nobody is there in an emergency",
            target=target_words(plan.closed),
        )
        yield error("closed", reason)
    asked = {
        condition.schedule
        for _, rule in placed_rules(plan.rules)
        for condition in rule.when
        if isinstance(condition, HoursCondition)
    }
    if not asked:
        if any(isinstance(target, QueueTarget | AgentTarget) for _, target in _reached(plan)):
            reason = sentence("always_open", "no rule asks for opening hours")
            yield warning("rules", reason)
        return
    for place, target in _reached(plan):
        if isinstance(target, QueueTarget | AgentTarget):
            reason = sentence(
                "no_closed_destination",
                "callers come to {target} although it is closed ({schedules}): "
                "add a rule for closed hours before it",
                target=target_words(target),
                schedules=tuple(sorted(asked)),
            )
            yield error(place, reason)


def _reached(plan: Plan) -> list[tuple[str, Target]]:
    """Give every target a call can come to while all schedules are closed."""
    found: list[tuple[str, Target]] = []
    if not _walk(plan.rules, "rules", found):
        found.append(("otherwise", plan.otherwise))
    return found


def _walk(rules: tuple[Rule, ...], place: str, found: list[tuple[str, Target]]) -> bool:
    """Add what the rules lead to; say whether no call goes on behind them."""
    for index, rule in enumerate(rules):
        outcomes = [_when_closed(one) for one in rule.when]
        if False in outcomes:
            continue
        here = f"{place}.{index}"
        ends = _lead(rule, here, found)
        if ends and all(outcomes):
            return True
    return False


def _lead(rule: Rule, place: str, found: list[tuple[str, Target]]) -> bool:
    """Add what one rule leads to; say whether it keeps every call it takes."""
    if rule.rules is not None:
        return _walk(rule.rules, f"{place}.rules", found)
    if rule.to is not None:
        found.append((f"{place}.to", rule.to))
    for index, share in enumerate(rule.split or ()):
        if share.hours is None:
            found.append((f"{place}.split.{index}.to", share.to))
    return takes_all(rule)


def _when_closed(condition: Condition) -> bool | None:
    """Say whether a condition holds while everything is closed; None: it depends."""
    if isinstance(condition, HoursCondition):
        return (condition.state == "closed") is not condition.negated
    return None
