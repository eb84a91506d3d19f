"""The stays of an opportunity in its stages, as far as they go at one instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime


@dataclass(frozen=True)
class Stays:
    """``entered``: each stage once, by first entry; ``completed``: the seconds of ended stays.

    Several stays in one stage add up, and a stay may last no time at all (domain.md §14.13).
    """

    current: tuple[str, datetime] | None = None
    entered: tuple[str, ...] = ()
    completed: Mapping[str, float] = field(default_factory=dict)

    def enter(self, stage: str, at: datetime) -> Stays:
        """A move to a stage; one to the stage it is in already changes nothing."""
        if self.current is not None and self.current[0] == stage:
            return self
        left = self.leave(at)
        known = stage in left.entered
        entered = left.entered if known else (*left.entered, stage)
        return Stays((stage, at), entered, left.completed)

    def leave(self, at: datetime) -> Stays:
        """The end of the stay it is in, by a move or by the end of the opportunity."""
        if self.current is None:
            return self
        stage, since = self.current
        seconds = self.completed.get(stage, 0.0) + (at - since).total_seconds()
        return Stays(None, self.entered, {**self.completed, stage: seconds})

    def columns(self) -> dict[str, Any]:
        """As columns of a row; the two lists of completed stays belong together."""
        return {
            "stages_entered": list(self.entered),
            "completed_stages": list(self.completed),
            "completed_seconds": list(self.completed.values()),
        }
