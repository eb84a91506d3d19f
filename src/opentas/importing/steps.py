"""What the rows become: things with the steps of their history, and the rows behind each step."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from opentas.importing.rows import Row


@dataclass(frozen=True)
class Step:
    """One step as the batch request takes it, and the rows that say so."""

    body: dict[str, Any]
    rows: tuple[Row, ...] = ()


@dataclass
class Item:
    """The history of one thing; ``key`` is its natural key, ``head`` what its item has besides
    the steps. ``idle`` are rows that say nothing new, like a stage that is reached already.
    A ``partial`` item has one step of several, to find out which of them is refused.
    """

    key: str
    head: dict[str, Any]
    steps: list[Step] = field(default_factory=list)
    idle: list[Row] = field(default_factory=list)
    partial: bool = False

    @property
    def body(self) -> dict[str, Any]:
        """The item as the batch request takes it."""
        return {**self.head, "steps": [step.body for step in self.steps]}

    @property
    def rows(self) -> list[Row]:
        """Every row that it is made of."""
        return [row for step in self.steps for row in step.rows] + self.idle

    def alone(self, step: Step) -> Item:
        """The same thing with one of its steps."""
        return Item(self.key, self.head, [step], partial=True)


@dataclass
class Plan:
    """What is to be sent, and what is known before: ignored, repeated and bad rows."""

    items: list[Item] = field(default_factory=list)
    ignored: dict[str, int] = field(default_factory=dict)
    repeated: int = 0
    bad: list[tuple[Row, str]] = field(default_factory=list)
