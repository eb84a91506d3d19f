"""Half-hour slots of people, and the bookings that they must not meet (2-5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

HALF_HOUR = timedelta(minutes=30)
Slot = dict[str, Any]
"""``person_id``, ``role``, ``starts_at`` and ``ends_at`` (RFC 3339, UTC)."""


@dataclass(frozen=True)
class Booking:
    """A slot of a person that is taken already, for whatever opportunity."""

    booking_id: str
    opportunity_id: str
    person_id: str
    starts_at: datetime
    ends_at: datetime


def begin(slot: Slot) -> datetime:
    """Where it starts."""
    return datetime.fromisoformat(slot["starts_at"])


def end(slot: Slot) -> datetime:
    """Where it ends, exclusive."""
    return datetime.fromisoformat(slot["ends_at"])


def half_hours(slots: Iterable[Slot]) -> int:
    """Their length together."""
    return sum((end(slot) - begin(slot)) // HALF_HOUR for slot in slots)
