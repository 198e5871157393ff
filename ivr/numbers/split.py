"""Exact percentage split: after any number of calls each share is less than one call off.

Each call is first *booked* to a share by a quota method: of the shares that may have the next
call without running a whole call ahead, the one that must have it soonest (the earliest-deadline
rule of proportionate-fair scheduling), so bookings B stay within |B - N·share| < 1 for every N.
A call booked to a closed share is served by another, which is noted as owed; it is paid back
once the creditor is open, by every second call booked to the debtor. So at any moment, for any
sequence of outages: served + owed to it - owed by it = booked.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

Counts: TypeAlias = tuple[int, ...]
Debts: TypeAlias = tuple[Counts, ...]  # [creditor][debtor] -> calls


class SplitState(NamedTuple):
    """The counters of one split; whole numbers only, so JSON keeps them exactly."""

    booked: Counts  # modulo the sum of the weights, after which everything begins anew
    owed: Debts = ()
    rested: tuple[bool, ...] = ()  # the share kept the last call booked to it, though in debt
    stand_ins: Counts = ()  # calls re-spread while `closed` has been as it is
    closed: tuple[bool, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "booked": list(self.booked),
            "owed": [list(row) for row in self.owed],
            "rested": list(self.rested),
            "stand_ins": list(self.stand_ins),
            "closed": list(self.closed),
        }


class Pick(NamedTuple):
    """Which share serves the call, which one it was booked to, and the counters afterwards."""

    share: int
    booked: int
    state: SplitState


def begin(shares: int) -> SplitState:
    """Give the counters of a split that has led no call yet."""
    none = (0,) * shares
    no = (False,) * shares
    return SplitState(none, (none,) * shares, no, none, no)


def read_state(data: Any, shares: int) -> SplitState | None:
    """Give the counters kept as JSON; None when they do not fit a split of so many shares."""
    try:
        state = SplitState(
            tuple(int(one) for one in data["booked"]),
            tuple(tuple(int(one) for one in row) for row in data["owed"]),
            tuple(bool(one) for one in data["rested"]),
            tuple(int(one) for one in data["stand_ins"]),
            tuple(bool(one) for one in data["closed"]),
        )
    except (KeyError, TypeError, ValueError):
        return None
    lengths = {len(state.booked), len(state.owed), len(state.rested), len(state.stand_ins)}
    lengths |= {len(row) for row in state.owed} | {len(state.closed)}
    negative = min((*state.booked, *state.stand_ins, *(min(row, default=0) for row in state.owed)))
    return state if lengths == {shares} and negative >= 0 else None


def next_booked(weights: Counts, booked: Counts) -> int:
    """Give the share the next call is booked to, so that none is ever a whole call off.

    `booked` counts earlier calls. A share may have call n when it then is not a whole call ahead
    (booked < n·share), and must have it before it is a whole call behind: the soonest deadline
    wins, the earlier share on a tie.
    """
    total, nth = sum(weights), sum(booked) + 1
    best, soonest = -1, 0
    for index, weight in enumerate(weights):
        if booked[index] * total >= nth * weight:
            continue
        deadline = -(-(booked[index] + 1) * total // weight)
        if best < 0 or deadline < soonest:
            best, soonest = index, deadline
    return best


def pick(weights: Counts, state: SplitState, closed: tuple[bool, ...]) -> Pick | None:
    """Lead one call; None when every share is closed (the counters then stay as they are)."""
    if all(closed):
        return None
    booked = next_booked(weights, state.booked)
    counted = _counted(weights, state.booked, booked)
    if not any(closed) and not any(map(any, state.owed)):
        return Pick(booked, booked, SplitState(counted, *_calm(len(weights))))
    creditor = _creditor(state, booked, closed)
    if creditor is not None and (closed[booked] or state.rested[booked]):
        owed = _changed(state.owed, creditor, booked, -1)
        rested = _set(state.rested, booked, value=False)
        return Pick(creditor, booked, _after(state, counted, owed, rested))
    if not closed[booked]:
        rested = _set(state.rested, booked, value=True)
        return Pick(booked, booked, _after(state, counted, state.owed, rested))
    return _stand_in(weights, state, closed, booked=booked, counted=counted)


def _calm(shares: int) -> tuple[Debts, tuple[bool, ...], Counts, tuple[bool, ...]]:
    none, no = (0,) * shares, (False,) * shares
    return (none,) * shares, no, none, no


def _counted(weights: Counts, counts: Counts, index: int) -> Counts:
    """Count one more; a full round, after which all shares are exact, begins anew."""
    after = (*counts[:index], counts[index] + 1, *counts[index + 1 :])
    return (0,) * len(weights) if sum(after) == sum(weights) else after


def _creditor(state: SplitState, debtor: int, closed: tuple[bool, ...]) -> int | None:
    """Give the open share that `debtor` owes most, if it owes any."""
    best, most = None, 0
    for index, row in enumerate(state.owed):
        if row[debtor] > most and not closed[index]:
            best, most = index, row[debtor]
    return best


def _stand_in(
    weights: Counts,
    state: SplitState,
    closed: tuple[bool, ...],
    *,
    booked: int,
    counted: Counts,
) -> Pick:
    """Let an open share serve what is booked to a closed one, in their own proportion."""
    served = state.stand_ins if state.closed == closed else (0,) * len(weights)
    opened = [index for index in range(len(weights)) if not closed[index]]
    their_weights = tuple(weights[index] for index in opened)
    nth = next_booked(their_weights, tuple(served[index] for index in opened))
    index = opened[nth]
    owed = _changed(state.owed, booked, index, 1)
    more = (*served[:index], served[index] + 1, *served[index + 1 :])
    if sum(more) == sum(their_weights):
        more = (0,) * len(weights)
    return Pick(index, booked, SplitState(counted, owed, state.rested, more, closed))


def _after(
    state: SplitState, counted: Counts, owed: Debts, rested: tuple[bool, ...]
) -> SplitState:
    return SplitState(counted, owed, rested, state.stand_ins, state.closed)


def _changed(debts: Debts, creditor: int, debtor: int, by: int) -> Debts:
    row = debts[creditor]
    row = (*row[:debtor], row[debtor] + by, *row[debtor + 1 :])
    return (*debts[:creditor], row, *debts[creditor + 1 :])


def _set(flags: tuple[bool, ...], index: int, *, value: bool) -> tuple[bool, ...]:
    return (*flags[:index], value, *flags[index + 1 :])
