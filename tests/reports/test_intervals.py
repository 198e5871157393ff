"""Intervals follow the wall clock, and lose or double no moment when it changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.errors import BadPeriod
from reports.intervals import Interval, Period, zone_named

NEW_YORK = ZoneInfo("America/New_York")
NAIVE = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
ZONES = [
    "Asia/Shanghai", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu",
    "America/Santiago", "Asia/Beirut", "Africa/Casablanca", "Pacific/Apia", "America/Havana",
    "UTC",
]  # fmt: skip


def moments(since: datetime, length: timedelta) -> st.SearchStrategy[datetime]:
    return st.timedeltas(timedelta(0), length).map(lambda passed: since + passed)


def day(month: int, date: int, zone: ZoneInfo = NEW_YORK) -> Period:
    start = datetime(2026, month, date, tzinfo=zone)
    return Period(start, start + timedelta(days=1), Interval.HOUR, zone)


def hours(period: Period) -> list[int]:
    return [start.astimezone(period.zone).hour for start in period.starts]


def test_a_plain_day_has_24_hours() -> None:
    assert hours(day(6, 1)) == list(range(24))


def test_the_day_the_clock_goes_forward_has_23_hours() -> None:
    assert hours(day(3, 8)) == [0, 1, *range(3, 24)]


def test_the_day_the_clock_goes_back_has_25_hours_and_one_of_them_twice() -> None:
    assert hours(day(11, 1)) == [0, 1, 1, *range(2, 24)]


def test_days_are_cut_at_local_midnight() -> None:
    start = datetime(2026, 3, 7, tzinfo=NEW_YORK)
    period = Period(start, datetime(2026, 3, 10, tzinfo=NEW_YORK), Interval.DAY, NEW_YORK)
    lengths = [period.bounds(number)[1] - period.bounds(number)[0] for number in range(3)]
    assert lengths == [timedelta(hours=24), timedelta(hours=23), timedelta(hours=24)]


def test_a_period_that_begins_in_an_interval_has_a_short_first_one() -> None:
    start = datetime(2026, 6, 1, 9, 20, tzinfo=NEW_YORK)
    period = Period(start, start + timedelta(hours=1), Interval.QUARTER_HOUR, NEW_YORK)
    minutes = [at.astimezone(NEW_YORK).minute for at in period.starts]
    assert minutes == [20, 30, 45, 0, 15]
    assert period.bounds(4)[1] == period.end


@given(
    moments(datetime(2007, 1, 1, tzinfo=UTC), timedelta(days=23 * 365)),
    st.timedeltas(timedelta(seconds=1), timedelta(days=10)),
    st.sampled_from(ZONES),
    st.sampled_from(Interval),
)
def test_intervals_cover_the_period_once_and_begin_with_the_wall_clock(
    start: datetime, length: timedelta, zone: str, interval: Interval
) -> None:
    period = Period(start, start + length, interval, zone_named(zone))
    bounds = [period.bounds(number) for number in range(len(period))]
    assert bounds[0][0] == start
    assert bounds[-1][1] == start + length
    assert all(first[1] == second[0] for first, second in pairwise(bounds))
    limit = timedelta(hours=25) if interval is Interval.DAY else timedelta(hours=1)
    for begin, end in bounds:
        assert timedelta(0) < end - begin <= limit
        assert period.place(begin) == period.place(end - timedelta(microseconds=1))
    if interval is Interval.DAY:
        begins = [begin for begin, _ in bounds[1:]]
        dates = [begin.astimezone(period.zone).date() for begin in begins]
        assert dates == sorted(set(dates))
        eves = [(begin - timedelta(microseconds=1)).astimezone(period.zone) for begin in begins]
        assert all(eve.date() < date for eve, date in zip(eves, dates, strict=True))


@given(
    moments(datetime(2026, 10, 1, tzinfo=UTC), timedelta(days=61)),
    st.timedeltas(timedelta(0), timedelta(days=3)),
)
def test_a_span_is_shared_out_without_rest(start: datetime, length: timedelta) -> None:
    begin = datetime(2026, 10, 31, tzinfo=NEW_YORK)
    period = Period(begin, begin + timedelta(days=3), Interval.HOUR, NEW_YORK)
    shares = dict(period.shares(start, start + length))
    inside = min(start + length, period.end) - max(start, period.start)
    assert sum(shares.values(), timedelta(0)) == max(inside, timedelta(0))
    assert all(timedelta(0) < share <= timedelta(hours=1) for share in shares.values())


@pytest.mark.parametrize(
    ("start", "end", "zone", "field"),
    [
        (NAIVE, datetime(2026, 1, 2, tzinfo=UTC), "UTC", "from"),
        (datetime(2026, 1, 2, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC), "UTC", "to"),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), "UTC", "interval"),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), "Mars/Base", "zone"),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), "../etc", "zone"),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC), "", "zone"),
    ],
)
def test_a_period_that_cannot_be_counted_is_refused_by_field(
    start: datetime, end: datetime, zone: str, field: str
) -> None:
    with pytest.raises(BadPeriod) as refused:
        Period(start, end, Interval.QUARTER_HOUR, zone_named(zone))
    assert refused.value.field == field
