"""What is written of a working calendar in files, requests and events, and what it makes.

A plan is the JSON of ``CalendarChanged``: ``time_zone``, ``weekdays`` (1 is Monday), ``hours``
(``09:00-12:00``), ``holidays`` (``first`` to ``last`` day with their ``make_up_days``) and
``special_days`` (``day`` and its ``hours``, none when it is free). Dates are ISO dates.
"""

from __future__ import annotations

import json
from collections import Counter
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from opentas_shared.organisation.calendar import WorkingCalendar, parse_hours

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

PLAN = ("time_zone", "weekdays", "hours", "holidays", "special_days")
LONGEST_HOLIDAY = 366
"""Days."""


def faults(plan: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What contradicts itself: the place as a JSON pointer and a sentence."""
    try:
        ZoneInfo(plan["time_zone"])
    except (KeyError, ValueError, OSError):
        yield "/time_zone", f"{plan['time_zone']} is no IANA time zone like Asia/Shanghai."
    if not plan["weekdays"] or not set(plan["weekdays"]) <= set(range(1, 8)):
        yield "/weekdays", "weekdays are at least one number from 1 (Monday) to 7 (Sunday)."
    if not plan["hours"]:
        yield "/hours", "hours are at least one interval like 09:00-12:00."
    yield from _hours_faults("/hours", plan["hours"])
    free: set[date] = set()
    for index, holiday in enumerate(plan["holidays"]):
        length = (
            date.fromisoformat(holiday["last"]) - date.fromisoformat(holiday["first"])
        ).days + 1
        if not 1 <= length <= LONGEST_HOLIDAY:
            sentence = f"last must lie from 0 to {LONGEST_HOLIDAY - 1} days after first."
            yield f"/holidays/{index}/last", sentence
        else:
            free.update(_days(holiday))
    for index, holiday in enumerate(plan["holidays"]):
        for day in holiday["make_up_days"]:
            if date.fromisoformat(day) in free:
                yield f"/holidays/{index}/make_up_days", f"{day} is a holiday as well."
    for day, count in Counter(special["day"] for special in plan["special_days"]).items():
        if count > 1:
            yield "/special_days", f"{day} stands {count} times."
    for index, special in enumerate(plan["special_days"]):
        yield from _hours_faults(f"/special_days/{index}/hours", special["hours"])


def canonical(plan: Mapping[str, Any]) -> str:
    """The text of a plan that the directory keeps: the same for the same plan."""
    return json.dumps({name: plan[name] for name in PLAN}, sort_keys=True)


@lru_cache(maxsize=256)
def calendar_from(text: str) -> WorkingCalendar:
    """The calendar of a canonical plan, made once and kept with what it has worked out."""
    plan = json.loads(text)
    holidays: Sequence[Mapping[str, Any]] = plan["holidays"]
    return WorkingCalendar(
        time_zone=plan["time_zone"],
        weekdays=frozenset(plan["weekdays"]),
        hours=parse_hours(plan["hours"]),
        holidays=frozenset(day for holiday in holidays for day in _days(holiday)),
        make_up_days=frozenset(
            date.fromisoformat(day) for one in holidays for day in one["make_up_days"]
        ),
        special_hours={
            date.fromisoformat(one["day"]): parse_hours(one["hours"])
            for one in plan["special_days"]
        },
    )


def _hours_faults(place: str, hours: Iterable[str]) -> Iterator[tuple[str, str]]:
    try:
        parse_hours(hours)
    except ValueError as error:
        yield place, f"{error}."


def _days(holiday: Mapping[str, Any]) -> Iterator[date]:
    first = date.fromisoformat(holiday["first"])
    for after in range((date.fromisoformat(holiday["last"]) - first).days + 1):
        yield first + timedelta(days=after)
