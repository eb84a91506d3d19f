"""Instants and days of a report (domain.md §14.18): what ``as_of``, ``from`` and ``to`` mean."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from opentas_shared.domain.errors import Violation
from opentas_shared.web.refusals import RequestInvalid

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(9998, 12, 31)
"""The days that a report can be asked for; beyond them a calendar has no time zones."""


def invalid(parameter: str, code: str, detail: str) -> RequestInvalid:
    """The refusal (422) of a query parameter that means nothing."""
    return RequestInvalid(detail, violations=[Violation(code, detail, parameter=parameter)])


@cache
def _zones() -> frozenset[str]:
    """The IANA names; ``localtime`` is one of the machine's."""
    return frozenset(available_timezones() - {"localtime"})


def zone_of(name: str | None, default: ZoneInfo) -> ZoneInfo:
    """The time zone of a request, else the organisation's; 422 for a name nobody knows."""
    if name is None:
        return default
    if name not in _zones():
        raise invalid(
            "time_zone",
            "UNKNOWN_TIME_ZONE",
            f"{name!r} is no IANA time zone like Asia/Shanghai.",
        )
    return ZoneInfo(name)


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a day in a zone."""
    return datetime(day.year, day.month, day.day, tzinfo=zone).astimezone(UTC)


def day_end(day: date, zone: ZoneInfo) -> datetime:
    """The first instant after a day in a zone."""
    return day_start(day + timedelta(days=1), zone)


def as_of_instant(text: str | None, zone: ZoneInfo, now: datetime) -> datetime:
    """The instant before which an event must lie to count.

    A date means the end of that day in the zone, an instant itself, nothing the present.
    """
    if text is None:
        return now
    try:
        if _DAY.fullmatch(text) and FIRST_DAY <= date.fromisoformat(text) <= LAST_DAY:
            return day_end(date.fromisoformat(text), zone)
        # a plus sign in a query string that was not encoded arrives as a space
        instant = datetime.fromisoformat(re.sub(r" (?=\d{2}:?\d{2}$)", "+", text))
        if instant.tzinfo is not None and FIRST_DAY <= instant.date() <= LAST_DAY:
            return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise invalid(
        "as_of",
        "NO_DATE_OR_INSTANT",
        f"{text!r} is neither a date like 2026-03-31 nor an instant with zone "
        "like 2026-03-31T18:00:00Z.",
    )
