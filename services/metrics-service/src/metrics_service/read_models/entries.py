"""Entries of a fact: every value it ever had, with both clocks and the event that gave it.

A fact is one lead, opportunity or approval. Its entries are kept as one JSON object by event id,
so that an event that arrives twice is there once, and everything that is derived from them is a
pure function of the *set* of entries: the order of their arrival does not matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from opentas_shared.messaging.envelope import Envelope

Stored = dict[str, Any]
"""Entries as they stand in a JSON column: event id to the members of an entry."""


@dataclass(frozen=True)
class Entry:
    """What one event said about a fact.

    ``effective_at`` is when it happened in the business, ``recorded_at`` when the system learnt
    it (domain.md §14.15); ``version`` is the aggregate's version, which orders what happened at
    the same instant.
    """

    event_id: str
    kind: str
    version: int
    effective_at: datetime
    recorded_at: datetime
    values: Mapping[str, Any]


def _order(entry: Entry) -> tuple[datetime, int, str]:
    """The order in which the business saw the events of one fact."""
    return (entry.effective_at, entry.version, entry.event_id)


def entry_of(kind: str, values: Mapping[str, Any], envelope: Envelope) -> Entry:
    """The entry that a published event makes; ``values`` must be fit for JSON."""
    return Entry(
        str(envelope.id),
        kind,
        envelope.aggregate_version,
        envelope.time,
        envelope.recorded_time,
        values,
    )


def added(stored: Mapping[str, Any], entry: Entry) -> Stored | None:
    """The stored entries with one more, or ``None`` when this event is already among them."""
    if entry.event_id in stored:
        return None
    return {
        **stored,
        entry.event_id: {
            "kind": entry.kind,
            "version": entry.version,
            "effective_at": entry.effective_at.isoformat(),
            "recorded_at": entry.recorded_at.isoformat(),
            "values": dict(entry.values),
        },
    }


def in_order(stored: Mapping[str, Any]) -> list[Entry]:
    """The entries in business order."""
    return sorted(_parsed(stored.items()), key=_order)


def with_entry(entries: Sequence[Entry], entry: Entry) -> list[Entry]:
    """Entries in business order with one more at its place."""
    return sorted([*entries, entry], key=_order)


def _parsed(items: Iterable[tuple[str, Any]]) -> Iterable[Entry]:
    for event_id, members in items:
        yield Entry(
            event_id,
            members["kind"],
            members["version"],
            datetime.fromisoformat(members["effective_at"]),
            datetime.fromisoformat(members["recorded_at"]),
            members["values"],
        )
