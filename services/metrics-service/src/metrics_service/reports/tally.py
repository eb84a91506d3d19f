"""The additive numbers of one funnel."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass
class Tally:
    """Counts by status, stage and highest place; amounts of the open ones in minor units."""

    by_status: Counter[str] = field(default_factory=Counter)
    by_level: Counter[int] = field(default_factory=Counter)
    open_count: Counter[str] = field(default_factory=Counter)
    open_minor: Counter[str] = field(default_factory=Counter)
    weighted_minor: dict[str, Decimal] = field(default_factory=dict)

    def add(self, row: Mapping[Any, Any]) -> None:
        """Take over a row of ``tally_statement``."""
        stage, count = row["stage"], row["count"]
        self.by_status[row["status"]] += count
        if row["level"] is not None:
            self.by_level[row["level"]] += count
        if row["status"] == "OPEN":
            self.open_count[stage] += count
            self.open_minor[stage] += int(row["amount"])
            self.weighted_minor[stage] = self.weighted(stage) + row["weighted"]

    def weighted(self, stage: str) -> Decimal:
        """The weighted amount of the open ones in a stage, not rounded yet."""
        return self.weighted_minor.get(stage, Decimal(0))

    def counts(self) -> dict[str, int]:
        """How many were opened and what became of them."""
        ends = {name: self.by_status[name.upper()] for name in ("open", "won", "lost", "void")}
        return {"opened": self.by_status.total(), **ends}

    def reached(self, places: int) -> list[int]:
        """How many reached each place of the order."""
        return [
            sum(count for level, count in self.by_level.items() if level >= place)
            for place in range(places)
        ]
