"""Timelines: the states of a fact over time, as rows that make any ``as_of`` a range condition.

A row is valid for the instants ``t`` with ``valid_from < t <= valid_to``: an ``as_of`` instant
means the events with a time before it, so a state counts from after the event that began it up
to and including the instant of the event that ended it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Table

State = dict[str, Any]
Row = dict[str, Any]

FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
"""``valid_to`` or ``left_at`` of what has not ended."""


def spans(steps: Iterable[tuple[datetime, State]]) -> list[Row]:
    """Rows with ``valid_from`` and ``valid_to`` from states in the order of their instants.

    Of several states at one instant the last counts, and a state equal to the one before it
    does not begin a new row.
    """
    kept: list[tuple[datetime, State]] = []
    for at, state in steps:
        if kept and kept[-1][0] == at:
            kept.pop()
        if kept and kept[-1][1] == state:
            continue
        kept.append((at, state))
    ends = [at for at, _ in kept[1:]] + [FOREVER][: len(kept)]
    return [
        {**state, "valid_from": at, "valid_to": end}
        for (at, state), end in zip(kept, ends, strict=True)
    ]


def valid_at(table: Table, instant: datetime) -> ColumnElement[bool]:
    """The condition for the rows of a timeline as of an instant."""
    return and_(table.c.valid_from < instant, table.c.valid_to >= instant)


def changes(
    old: Sequence[Row], new: Sequence[Row], key: str = "valid_from"
) -> tuple[list[Any], list[Row]]:
    """The keys of the rows that vanish, and the rows that are new or different."""
    same = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        same += 1
    before = {row[key]: row for row in old[same:]}
    after = {row[key]: row for row in new[same:]}
    gone = [value for value in before if value not in after]
    return gone, [row for value, row in after.items() if before.get(value) != row]
