"""The working calendar: when people work, and what a duration of working time is.

A pure value. A day is worked by its special hours if it has any (none: it is free), else not at
all on a holiday, else by the daily hours on a make-up day (调休) or on one of the weekdays.
An instant counts as working when the local clock then shows a time within the hours of the local
date: an hour that the clock skips is not worked, one that it shows twice is worked twice.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple, Self
from zoneinfo import ZoneInfo

from opentas_shared.organisation.timeline import Timeline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime, timedelta

    from opentas_shared.organisation.timeline import Years

MINUTES_OF_DAY = 24 * 60
_HOURS = re.compile(r"([0-2]\d):([0-5]\d)-([0-2]\d):([0-5]\d)")


class Interval(NamedTuple):
    """Working hours within one day, in minutes of the local clock since midnight."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """From ``09:00-12:00``; an interval may end at ``24:00``. ``ValueError`` otherwise."""
        found = _HOURS.fullmatch(text)
        if found is not None:
            hour, minute, last_hour, last_minute = map(int, found.groups())
            interval = cls(hour * 60 + minute, last_hour * 60 + last_minute)
            if interval.start < interval.end <= MINUTES_OF_DAY:
                return interval
        raise ValueError(
            f"{text} are no hours like 09:00-12:00, the end after the start and at most 24:00"
        )

    def __str__(self) -> str:
        """As ``parse`` reads it."""
        (a, b), (c, d) = divmod(self.start, 60), divmod(self.end, 60)
        return f"{a:02}:{b:02}-{c:02}:{d:02}"


def parse_hours(texts: Iterable[str]) -> tuple[Interval, ...]:
    """The intervals of one day in order; ``ValueError`` when one is malformed or two overlap."""
    intervals = tuple(sorted(Interval.parse(text) for text in texts))
    for earlier, later in pairwise(intervals):
        if later.start < earlier.end:
            raise ValueError(f"{earlier} and {later} overlap")
    return intervals


@dataclass(frozen=True)
class WorkingCalendar:
    """When people work. ``weekdays`` are ISO numbers, 1 is Monday.

    ``ValueError`` when no weekday has working hours, so that every search for time ends.
    """

    time_zone: str
    weekdays: frozenset[int]
    hours: tuple[Interval, ...]
    holidays: frozenset[date] = frozenset()
    make_up_days: frozenset[date] = frozenset()
    special_hours: Mapping[date, tuple[Interval, ...]] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not self.hours or not self.weekdays:
            raise ValueError("the calendar needs at least one weekday and working hours")
        if not self.weekdays <= set(range(1, 8)):
            raise ValueError("weekdays are numbers from 1 (Monday) to 7 (Sunday)")

    @cached_property
    def _timeline(self) -> Timeline:
        return Timeline(self.hours_of, ZoneInfo(self.time_zone))

    def hours_of(self, day: date) -> tuple[Interval, ...]:
        """The working hours of a local date, none when it is free."""
        special = self.special_hours.get(day)
        if special is not None:
            return special
        if day in self.holidays:
            return ()
        if day in self.make_up_days or day.isoweekday() in self.weekdays:
            return self.hours
        return ()

    def add_working(self, start: datetime, duration: timedelta) -> datetime:
        """The first instant by which so much has been worked since ``start``, in UTC.

        Without a duration it is ``start``; with a negative one the last instant from which so
        much is worked until ``start``. ``BeyondCalendar`` outside the years 1900 to 2199.
        """
        return self._timeline.add(start, duration)

    def working_between(self, start: datetime, end: datetime) -> timedelta:
        """The time worked from ``start`` to ``end``; negative when ``end`` comes first."""
        return self._timeline.between(start, end)

    def years(self, start: datetime, end: datetime) -> Years:
        """The working intervals around two instants with their running sums, for a database."""
        return self._timeline.around(start, end)

    def is_working(self, at: datetime) -> bool:
        """Whether somebody works at this instant."""
        return self._timeline.covers(at)


BUILT_IN = WorkingCalendar(
    time_zone="Asia/Shanghai",
    weekdays=frozenset(range(1, 6)),
    hours=parse_hours(["09:00-12:00", "13:00-18:00"]),
)
"""Answers where no calendar was ever loaded."""
