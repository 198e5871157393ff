"""A queue is open when its wall clock says so, across every change of clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acd.board.hours import is_open, next_change
from acd.board.settings import Hours, Period

BERLIN = "Europe/Berlin"
ZONES = ["Asia/Shanghai", BERLIN, "America/New_York", "Australia/Lord_Howe", "UTC"]
WORKDAYS = tuple(Period(weekday=day, since=time(9), until=time(18)) for day in range(5))


def every_day(since: time, until: time, zone: str = BERLIN) -> Hours:
    periods = tuple(Period(weekday=day, since=since, until=until) for day in range(7))
    return Hours(zone=zone, periods=periods)


def wall(year: int, month: int, day: int, hour: int, zone: str = "Asia/Shanghai") -> datetime:
    return datetime(year, month, day, hour, tzinfo=ZoneInfo(zone)).astimezone(UTC)


def test_a_queue_without_periods_is_always_open() -> None:
    assert is_open(Hours(), wall(2026, 3, 2, 3))
    assert next_change(Hours(), wall(2026, 3, 2, 3)) is None


def test_emergency_closing_beats_every_period() -> None:
    closed = Hours(periods=WORKDAYS, closed_now=True)
    assert not is_open(closed, wall(2026, 3, 2, 10))
    assert next_change(closed, wall(2026, 3, 2, 10)) is None


def test_the_weekend_is_between_friday_evening_and_monday_morning() -> None:
    hours = Hours(periods=WORKDAYS)
    friday = wall(2026, 3, 6, 12)
    assert next_change(hours, friday) == wall(2026, 3, 6, 18)
    assert next_change(hours, wall(2026, 3, 6, 18)) == wall(2026, 3, 9, 9)


def test_a_dated_closing_takes_the_whole_day() -> None:
    hours = Hours(periods=WORKDAYS, closed_on=(date(2026, 3, 3),))
    assert not is_open(hours, wall(2026, 3, 3, 10))
    assert next_change(hours, wall(2026, 3, 2, 18)) == wall(2026, 3, 4, 9)


def test_a_period_over_midnight_goes_on_in_the_next_day() -> None:
    hours = Hours(periods=(Period(weekday=4, since=time(22), until=time(6)),))
    assert is_open(hours, wall(2026, 3, 7, 3))
    assert next_change(hours, wall(2026, 3, 6, 23)) == wall(2026, 3, 7, 6)


def test_until_midnight_means_the_days_end() -> None:
    hours = Hours(periods=(Period(weekday=0, since=time(9), until=time(0)),))
    assert next_change(hours, wall(2026, 3, 2, 10)) == wall(2026, 3, 3, 0)


@pytest.mark.parametrize(
    ("since", "until", "opens", "closes"),
    [
        # 29 March 2026: 02:00 becomes 03:00. 25 October 2026: 03:00 becomes 02:00.
        ((2026, 3, 28, 20), time(3, 30), (2026, 3, 29, 1, 0), (2026, 3, 29, 1, 30)),
        ((2026, 10, 24, 20), time(2, 45), (2026, 10, 25, 0, 30), (2026, 10, 25, 1, 45)),
    ],
)
def test_a_clock_change_within_a_period(
    since: tuple[int, int, int, int],
    until: time,
    opens: tuple[int, int, int, int, int],
    closes: tuple[int, int, int, int, int],
) -> None:
    hours = every_day(time(2, 30), until)
    evening = datetime(*since, tzinfo=UTC)
    opening = next_change(hours, evening)
    assert opening == datetime(*opens, tzinfo=UTC)
    assert next_change(hours, opening) == datetime(*closes, tzinfo=UTC)


periods = st.builds(
    Period,
    weekday=st.integers(0, 6),
    since=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
    until=st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)
some_hours = st.builds(
    Hours,
    zone=st.sampled_from(ZONES),
    periods=st.lists(periods, max_size=6).map(tuple),
    closed_on=st.lists(st.dates(date(2026, 3, 1), date(2026, 4, 15)), max_size=3).map(tuple),
)
instants = st.integers(0, 260 * 24 * 60).map(
    lambda minutes: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(some_hours, instants)
def test_nothing_changes_before_the_next_change_and_something_does_then(
    hours: Hours, at: datetime
) -> None:
    now = is_open(hours, at)
    change = next_change(hours, at)
    if change is None:
        assert is_open(hours, at + timedelta(days=9)) is now or hours.closed_on
        return
    assert change > at
    assert is_open(hours, change) is not now
    for step in range(1, 8):
        assert is_open(hours, at + (change - at) * step / 8) is now
    assert is_open(hours, change - timedelta(microseconds=1)) is now
