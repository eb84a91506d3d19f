"""Events by case: each row read, judged on its own, and put in the order of its case."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from opentas.importing.problems import BadRow
from opentas.importing.rows import filled, value
from opentas.importing.values import instant

if TYPE_CHECKING:
    from opentas.importing.event_mapping import EventsMapping
    from opentas.importing.rows import Row, Source
    from opentas.importing.steps import Plan


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a case, done by ``who``. Cases keep the order of time, event number, line."""

    row: Row
    at: datetime
    number: tuple[int, str]
    activity: str
    who: str | None


def cases(source: Source, mapping: EventsMapping, plan: Plan) -> dict[str, list[Event]]:
    """The events that mean something by natural key; the others are entered into ``plan``."""
    found: defaultdict[str, list[Event]] = defaultdict(list)
    seen: dict[tuple[str, str], Row] = {}
    ignored = frozenset(mapping.ignored)
    meant = mapping.meant
    columns = mapping.columns
    for row in source.rows:
        try:
            activity = value(row, columns.activity)
            if activity in ignored:
                plan.ignored[activity] = plan.ignored.get(activity, 0) + 1
                continue
            if activity not in meant:
                raise BadRow(f"The mapping neither maps nor ignores the activity {activity!r}.")
            case, number = value(row, columns.case), value(row, columns.event)
            if _repeats(seen, (case, number), row):
                plan.repeated += 1
                continue
            key = filled(mapping.key(activity), row)
            found[key].append(_event(row, activity, number, mapping))
        except BadRow as bad:
            plan.bad.append((row, str(bad)))
    for events in found.values():
        events.sort(key=lambda event: (event.at, event.number, event.row.line))
    return found


def _repeats(seen: dict[tuple[str, str], Row], key: tuple[str, str], row: Row) -> bool:
    first = seen.setdefault(key, row)
    if first is row:
        return False
    if first.cells == row.cells:
        return True
    raise BadRow(f"The case {key[0]} has another event {key[1]} on line {first.line}.")


def _event(row: Row, activity: str, number: str, mapping: EventsMapping) -> Event:
    columns = mapping.columns
    at = instant(value(row, columns.at), columns.at, mapping.zone, mapping.time_format)
    who = row.values[columns.who].strip() if columns.who else ""
    return Event(row, at, _rank(number), activity, who or None)


def _rank(number: str) -> tuple[int, str]:
    """Numbers in their own order, other texts by the alphabet, after them."""
    try:
        return int(number), ""
    except ValueError:
        return 2**63, number
