"""The days of the story, counted back from the day on which it was first played."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

FIRST_HOUR = 9
APART = timedelta(minutes=13)


@dataclass(frozen=True)
class Calendar:
    """``end`` is the midnight before the first play; nothing of the story happens after it."""

    end: datetime

    @classmethod
    def ending_now(cls, zone: tzinfo) -> Calendar:
        """For a story that was never played."""
        return cls(datetime.now(zone).replace(hour=0, minute=0, second=0, microsecond=0))

    @classmethod
    def of_earlier_play(cls, captured_at: datetime, day: int, zone: tzinfo) -> Calendar:
        """From a lead that an earlier play captured ``day`` days before its end."""
        captured = captured_at.astimezone(zone)
        morning = captured.replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(morning + timedelta(days=day))

    def captured_at(self, day: int, number: int) -> datetime:
        """In the morning, so many days before the end; every lead at a time of its own."""
        return self.end - timedelta(days=day) + timedelta(hours=FIRST_HOUR) + number * APART

    def happened(self, at: datetime) -> bool:
        """Whether this lies within the story."""
        return at < self.end
