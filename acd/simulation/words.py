"""Words: a run's figures as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from acd.simulation.result import QueueResult, Result


def summed(queues: Iterable[QueueResult]) -> QueueResult:
    """Return all queues as one."""
    each = list(queues)
    return QueueResult(
        offered=sum(queue.offered for queue in each),
        answered=sum(queue.answered for queue in each),
        abandoned=sum(queue.abandoned for queue in each),
        short_abandoned=sum(queue.short_abandoned for queue in each),
        overflowed=sum(queue.overflowed for queue in each),
        left=sum(queue.left for queue in each),
        in_target=sum(queue.in_target for queue in each),
        waited=sum(queue.waited for queue in each),
        longest=max((queue.longest for queue in each), default=0.0),
    )


def share(part: float, whole: float) -> str:
    """Return a share in percent."""
    return f"{100.0 * part / whole:.1f} %" if whole else "-"


def line_of(result: Result) -> str:
    """Tell one run in a line."""
    total = summed(result.queues.values())
    kept = "kept" if not result.broken else f"BROKEN: {result.broken}"
    return (
        f"seed {result.seed}: {result.events:,} events, "
        f"{result.simulated_seconds / 3600:.1f} h simulated, "
        f"{result.events / max(result.took_seconds, 1e-9):,.0f} events/s; "
        f"{total.offered:,} calls, {share(total.abandoned, total.offered)} abandoned, "
        f"faults {sum(result.happened.values())}; {kept}"
    )


def figures_of(results: Sequence[Result]) -> list[str]:
    """Tell what all runs together came to, line by line."""
    total = summed(queue for result in results for queue in result.queues.values())
    count = max(len(results), 1)
    faults: dict[str, int] = {}
    seen: dict[str, int] = {}
    for result in results:
        for name, times in result.happened.items():
            faults[name] = faults.get(name, 0) + times
        for name, times in result.seen.items():
            seen[name] = seen.get(name, 0) + times
    took = sum(result.took_seconds for result in results)
    events = sum(result.events for result in results)
    return [
        f"events            {events:,} in {len(results)} runs, "
        f"{events / max(took, 1e-9):,.0f} a second of one processor",
        f"simulated         {sum(r.simulated_seconds for r in results) / 3600:,.1f} hours",
        f"calls offered     {total.offered:,}",
        f"  answered        {total.answered:,}",
        f"  abandoned       {total.abandoned:,} ({share(total.abandoned, total.offered)})",
        f"  overflowed      {total.overflowed:,}",
        f"  left otherwise  {total.left:,}",
        f"service level     {share(total.in_target, total.offered)} answered in target",
        f"average wait      {total.waited / max(total.answered, 1):.1f} s of the answered, "
        f"longest {total.longest:.0f} s",
        f"occupancy         {100 * sum(r.occupancy for r in results) / count:.1f} % busy",
        f"fairness          {sum(r.fairness for r in results) / count:.3f} Gini of occupancies, "
        "0 is equal",
        f"faults            {_listed(faults)}",
        f"seen              {_listed(seen)}",
        f"promises checked  {sum(r.checks for r in results):,} times, "
        f"{sum(r.offers for r in results):,} offers",
    ]


def _listed(faults: dict[str, int]) -> str:
    return ", ".join(f"{name} {times}" for name, times in sorted(faults.items())) or "none"
