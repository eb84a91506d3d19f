"""Working time: exact over holidays, make-up days and changes of the clock."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opentas_shared.organisation.calendar import (
    BUILT_IN,
    Interval,
    WorkingCalendar,
    parse_hours,
)
from opentas_shared.organisation.timeline import BeyondCalendar

HOUR = timedelta(hours=1)
BERLIN = ZoneInfo("Europe/Berlin")


def calendar(zone: str, *hours: str, weekdays: str = "12345") -> WorkingCalendar:
    return WorkingCalendar(zone, frozenset(map(int, weekdays)), parse_hours(hours))


NIGHTS = calendar("Europe/Berlin", "00:00-06:00", "22:00-24:00", weekdays="1234567")
CALENDARS = (
    BUILT_IN,
    NIGHTS,
    calendar("America/New_York", "08:30-17:00"),
    calendar("Australia/Lord_Howe", "01:00-02:15", "02:20-05:00", weekdays="67"),
    WorkingCalendar(
        "Asia/Shanghai",
        frozenset({1}),
        parse_hours(["09:00-12:00"]),
        holidays=frozenset(date(2026, 1, 5) + timedelta(weeks=week) for week in range(60)),
        make_up_days=frozenset({date(2026, 3, 7)}),
        special_hours={date(2026, 5, 1): parse_hours(["10:00-10:01"]), date(2026, 5, 2): ()},
    ),
)
INSTANTS = st.datetimes(
    datetime(2024, 1, 1), datetime(2028, 12, 31), timezones=st.sampled_from([UTC, BERLIN])
)
DURATIONS = st.timedeltas(timedelta(0), timedelta(hours=3000))
PAST = st.timedeltas(timedelta(hours=-3000), timedelta(0))


def naive(calendar: WorkingCalendar, start: datetime, end: datetime) -> timedelta:
    """What is worked, minute by minute of the local clock: slow, and nothing to get wrong."""
    zone, minute, worked = ZoneInfo(calendar.time_zone), timedelta(minutes=1), 0
    at = start.astimezone(UTC)
    while at < end:
        local = at.astimezone(zone)
        shown = local.hour * 60 + local.minute
        worked += any(a <= shown < b for a, b in calendar.hours_of(local.date()))
        at += minute
    return worked * minute


@given(st.sampled_from(CALENDARS), INSTANTS, DURATIONS)
def test_what_is_added_was_worked(one: WorkingCalendar, start: datetime, worked: timedelta) -> None:
    end = one.add_working(start, worked)
    assert end >= start
    assert one.working_between(start, end) == worked


@given(st.sampled_from(CALENDARS), INSTANTS, PAST)
def test_what_is_taken_away_was_worked(
    one: WorkingCalendar, end: datetime, worked: timedelta
) -> None:
    start = one.add_working(end, worked)
    assert start <= end
    assert one.working_between(end, start) == worked


@given(st.sampled_from(CALENDARS), INSTANTS, INSTANTS, INSTANTS)
def test_working_time_is_additive(
    one: WorkingCalendar, a: datetime, b: datetime, c: datetime
) -> None:
    assert one.working_between(a, b) + one.working_between(b, c) == one.working_between(a, c)
    assert one.working_between(a, b) == -one.working_between(b, a)
    if a <= b:
        assert timedelta(0) <= one.working_between(a, b) <= b.astimezone(UTC) - a.astimezone(UTC)


@given(st.sampled_from(CALENDARS), INSTANTS, INSTANTS, DURATIONS, DURATIONS)
def test_a_later_start_or_more_work_ends_no_earlier(
    one: WorkingCalendar, a: datetime, b: datetime, less: timedelta, more: timedelta
) -> None:
    less, more = sorted((less, more))
    assert one.add_working(a, less) <= one.add_working(a, more)
    early, late = sorted((a, b))
    if less:
        assert one.add_working(early, less) <= one.add_working(late, less)


@settings(max_examples=15)
@given(
    st.sampled_from(CALENDARS),
    st.sampled_from(["2026-03-07", "2026-03-28", "2026-10-03", "2026-10-24", "2026-11-01"]),
    st.integers(0, 24 * 60),
    st.integers(0, 60 * 60),
)
def test_every_minute_is_counted_as_the_clock_shows_it(
    one: WorkingCalendar, day: str, minute: int, length: int
) -> None:
    start = datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=minute)
    end = start + timedelta(minutes=length)
    assert one.working_between(start, end) == naive(one, start, end)


def test_hours_that_the_clock_skips_or_repeats() -> None:
    spring, autumn = datetime(2026, 3, 29, tzinfo=BERLIN), datetime(2026, 10, 25, tzinfo=BERLIN)
    for night, hours in ((spring, 5), (autumn, 7), (spring + timedelta(days=1), 6)):
        morning = night.replace(hour=6)
        assert NIGHTS.working_between(night, morning) == hours * HOUR
        assert NIGHTS.add_working(night, hours * HOUR) == morning


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-11-20T17:00", 2, "2026-11-23T10:00"),
        ("2026-11-20T11:30", 1, "2026-11-20T13:30"),
        ("2026-11-20T11:00", 1, "2026-11-20T12:00"),
        ("2026-11-21T11:00", 0, "2026-11-21T11:00"),
        ("2026-11-21T11:00", 8, "2026-11-23T18:00"),
        ("2026-11-21T11:00", 16, "2026-11-24T18:00"),
        ("2026-11-23T10:00", -2, "2026-11-20T17:00"),
        ("2026-11-23T09:00", -1, "2026-11-20T17:00"),
        ("2026-11-23T18:00", -8, "2026-11-23T09:00"),
    ],
)
def test_adding_hours(start: str, hours: int, end: str) -> None:
    zone = ZoneInfo("Asia/Shanghai")
    begins = datetime.fromisoformat(start).replace(tzinfo=zone)
    assert BUILT_IN.add_working(begins, hours * HOUR) == (
        datetime.fromisoformat(end).replace(tzinfo=zone)
    )


def test_no_search_is_without_end() -> None:
    now = datetime(2026, 11, 24, tzinfo=UTC)
    for far in (timedelta(days=10_000_000), timedelta(days=-10_000_000), timedelta.max):
        with pytest.raises(BeyondCalendar):
            BUILT_IN.add_working(now, far)
    with pytest.raises(BeyondCalendar):
        BUILT_IN.working_between(now, datetime(2300, 1, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="at least one weekday"):
        calendar("UTC", "09:00-10:00", weekdays="")
    with pytest.raises(ValueError, match="at least one weekday"):
        calendar("UTC")


@pytest.mark.parametrize("text", ["9:00-12:00", "12:00-12:00", "13:00-12:00", "23:00-24:01", "x"])
def test_hours_that_are_none(text: str) -> None:
    with pytest.raises(ValueError, match="no hours like"):
        Interval.parse(text)


def test_hours_do_not_overlap() -> None:
    assert [str(one) for one in parse_hours(["13:00-24:00", "09:00-13:00"])] == [
        "09:00-13:00",
        "13:00-24:00",
    ]
    with pytest.raises(ValueError, match="09:00-13:00 and 12:59-14:00 overlap"):
        parse_hours(["12:59-14:00", "09:00-13:00"])


def test_a_hundred_thousand_answers_take_no_time() -> None:
    start, years = datetime(2020, 1, 1, tzinfo=UTC), timedelta(days=2500)
    BUILT_IN.working_between(start, start + years)
    began = time.process_time()
    for _ in range(10_000):
        BUILT_IN.working_between(start, start + years)
    assert (time.process_time() - began) / 10_000 < 100e-6
