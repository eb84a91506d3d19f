"""What is written of a calendar: its faults, and the shipped Chinese one."""

from __future__ import annotations

import copy
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from approval_service.configuration.organisation_file import shipped_calendars
from opentas_shared.organisation.plans import calendar_from, canonical, faults

SHANGHAI = ZoneInfo("Asia/Shanghai")
PLAN: dict[str, Any] = {
    "time_zone": "Asia/Shanghai",
    "weekdays": [1, 2, 3, 4, 5],
    "hours": ["09:00-12:00", "13:30-18:00"],
    "holidays": [
        {
            "name": "New Year",
            "name_zh": "元旦",
            "first": "2026-01-01",
            "last": "2026-01-03",
            "make_up_days": ["2026-01-04"],
        }
    ],
    "special_days": [{"day": "2026-02-13", "hours": ["09:00-12:00"]}],
}


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        (("time_zone",), "Mars/Olympus", "/time_zone"),
        (("weekdays",), [], "/weekdays"),
        (("weekdays",), [0], "/weekdays"),
        (("hours",), [], "/hours"),
        (("hours",), ["09:00-12:00", "11:00-13:00"], "/hours"),
        (("hours",), ["morning"], "/hours"),
        (("holidays", 0, "last"), "2025-12-31", "/holidays/0/last"),
        (("holidays", 0, "last"), "2027-12-31", "/holidays/0/last"),
        (("holidays", 0, "make_up_days"), ["2026-01-02"], "/holidays/0/make_up_days"),
        (("special_days", 0, "hours"), ["12:00-09:00"], "/special_days/0/hours"),
    ],
)
def test_faults_have_a_place(path: tuple[Any, ...], value: Any, place: str) -> None:
    assert list(faults(PLAN)) == []
    plan = copy.deepcopy(PLAN)
    part: Any = plan
    for step in path[:-1]:
        part = part[step]
    part[path[-1]] = value
    assert [where for where, _ in faults(plan)] == [place]


def test_a_day_is_special_once() -> None:
    plan = {**PLAN, "special_days": PLAN["special_days"] * 2}
    assert list(faults(plan)) == [("/special_days", "2026-02-13 stands 2 times.")]


def test_the_same_plan_is_made_into_a_calendar_once() -> None:
    shuffled = {**dict(reversed(PLAN.items())), "name": "is not part of it"}
    assert calendar_from(canonical(PLAN)) is calendar_from(canonical(shuffled))


def test_days_of_a_plan() -> None:
    calendar = calendar_from(canonical(PLAN))
    worked = {day: calendar.hours_of(date.fromisoformat(day)) for day in (
        "2025-12-31", "2026-01-01", "2026-01-03", "2026-01-04", "2026-01-10", "2026-02-13"
    )}  # fmt: skip
    assert {day: len(hours) for day, hours in worked.items()} == {
        "2025-12-31": 2,
        "2026-01-01": 0,
        "2026-01-03": 0,
        "2026-01-04": 2,
        "2026-01-10": 0,
        "2026-02-13": 1,
    }


FREE_2026 = [
    ("元旦", "2026-01-01", "2026-01-03", ["2026-01-04"]),
    ("春节", "2026-02-15", "2026-02-23", ["2026-02-14", "2026-02-28"]),
    ("清明节", "2026-04-04", "2026-04-06", []),
    ("劳动节", "2026-05-01", "2026-05-05", ["2026-05-09"]),
    ("端午节", "2026-06-19", "2026-06-21", []),
    ("中秋节", "2026-09-25", "2026-09-27", []),
    ("国庆节", "2026-10-01", "2026-10-07", ["2026-09-20", "2026-10-10"]),
]


def shipped() -> Any:
    (entry,) = (one for one in shipped_calendars().calendars if one.id == "cn")
    assert list(faults(entry.plan())) == []
    return calendar_from(canonical(entry.plan()))


@pytest.mark.parametrize(("name", "first", "last", "worked"), FREE_2026)
def test_holidays_of_2026(name: str, first: str, last: str, worked: list[str]) -> None:
    calendar = shipped()
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        assert calendar.hours_of(day) == (), day
        day += timedelta(days=1)
    for make_up in worked:
        assert date.fromisoformat(make_up).isoweekday() > 5
        assert len(calendar.hours_of(date.fromisoformat(make_up))) == 2


def test_the_year_2026_has_248_working_days() -> None:
    calendar = shipped()
    days = [date(2026, 1, 1) + timedelta(days=after) for after in range(365)]
    assert sum(bool(calendar.hours_of(day)) for day in days) == 248


@pytest.mark.parametrize(
    ("start", "hours", "end"),
    [
        ("2026-02-13T17:00", 2, "2026-02-14T10:00"),
        ("2026-02-14T17:00", 2, "2026-02-24T10:00"),
        ("2026-02-27T18:00", 1, "2026-02-28T10:00"),
        ("2026-04-30T17:00", 4, "2026-05-06T12:00"),
        ("2026-05-08T18:00", 1, "2026-05-09T10:00"),
        ("2026-09-18T18:00", 1, "2026-09-20T10:00"),
        ("2026-09-30T16:00", 9.5, "2026-10-08T18:00"),
        ("2026-10-09T18:00", 1, "2026-10-10T10:00"),
        ("2025-12-31T17:00", 2, "2026-01-04T10:00"),
    ],
)
def test_limits_around_the_holidays_of_2026(start: str, hours: float, end: str) -> None:
    begins = datetime.fromisoformat(start).replace(tzinfo=SHANGHAI)
    ends = datetime.fromisoformat(end).replace(tzinfo=SHANGHAI)
    assert shipped().add_working(begins, timedelta(hours=hours)) == ends
    assert shipped().working_between(begins, ends) == timedelta(hours=hours)
