"""Instants of the two clocks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime


def utc_now() -> datetime:
    """The current instant in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Moment:
    """When something happened in the business (``effective_at``).

    ``pinned`` is true for an importer's own time, which is refused instead of moved
    when it would go back within a stream. ``past`` is true for what follows from something
    that was entered later than it happened: like an importer's own time it starts no timers.
    """

    instant: datetime
    pinned: bool = False
    past: bool = False

    @property
    def runs_timers(self) -> bool:
        """Whether time limits run from here: not from history (architecture.md, two clocks)."""
        return not (self.pinned or self.past)

    @classmethod
    def now(cls) -> Moment:
        """The moment of a live command."""
        return cls(utc_now())
