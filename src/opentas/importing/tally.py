"""What became of each row, and the counts of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opentas.importing.rows import Row, Source
    from opentas.importing.steps import Item, Plan


@dataclass(frozen=True)
class Counts:
    """The rows of one file: every row read is imported, there already, ignored, bad or not sent."""

    read: int
    imported: int
    already: int
    ignored: int
    bad: int

    @property
    def unsent(self) -> int:
        """Rows that an interruption left."""
        return self.read - self.imported - self.already - self.ignored - self.bad


@dataclass
class Tally:
    """The fate of every row that was sent. A row of several steps is bad if one was refused,
    imported if one was new, else already there. ``opportunities`` are the ids of those that leads
    became, by the natural key of the lead.
    """

    imported: set[Row] = field(default_factory=set)
    already: set[Row] = field(default_factory=set)
    refused: dict[Row, str] = field(default_factory=dict)
    opportunities: dict[str, str] = field(default_factory=dict)

    def took(self, item: Item, new: int, opportunity_id: str | None = None) -> None:
        """The target took the last ``new`` of the steps and knew those before."""
        if opportunity_id is not None:
            self.opportunities[item.key] = opportunity_id
        known = len(item.steps) - new
        for step in item.steps[:known]:
            self.already.update(step.rows)
        for step in item.steps[known:]:
            self.imported.update(step.rows)
        (self.imported if new else self.already).update(item.idle)

    def refuse(self, rows: Iterable[Row], reason: str) -> None:
        """The target, or the importer in its place, refused; the first reason stays."""
        for row in rows:
            self.refused.setdefault(row, reason)

    def failed(self, source: Source, plan: Plan) -> list[tuple[Row, str]]:
        """The bad rows of a file with their reasons, each once."""
        refused = [(row, self.refused[row]) for row in source.rows if row in self.refused]
        known = set(self.refused)
        return [*(entry for entry in plan.bad if entry[0] not in known), *refused]

    def counts(self, source: Source, plan: Plan) -> Counts:
        """The counts of a file."""
        bad = {row for row, _ in self.failed(source, plan)}
        imported = sum(row in self.imported and row not in bad for row in source.rows)
        already = sum(
            row in self.already and row not in self.imported and row not in bad
            for row in source.rows
        )
        return Counts(
            read=source.read,
            imported=imported,
            already=already + plan.repeated,
            ignored=sum(plan.ignored.values()),
            bad=len(bad),
        )
