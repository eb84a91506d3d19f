"""Where a node stands in a definition: what comes after it, and what comes before what."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

from approval_service.domain.flows.nodes import ParallelNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from approval_service.domain.flows.nodes import Node


@dataclass(frozen=True)
class Place:
    """A node in its sequence; ``within`` is the place of the node whose ``branch`` that is."""

    sequence: tuple[Node, ...]
    index: int
    within: Place | None = None
    branch: str = ""

    @property
    def node(self) -> Node:
        """The node itself."""
        return self.sequence[self.index]

    @property
    def rest(self) -> tuple[Node, ...]:
        """What comes after it in its sequence."""
        return self.sequence[self.index + 1 :]

    @property
    def path(self) -> tuple[int | str, ...]:
        """Indexes and branches from the top: ``(2, "legal", 0)``."""
        above = () if self.within is None else (*self.within.path, self.branch)
        return (*above, self.index)

    @property
    def parallels(self) -> tuple[tuple[str, str], ...]:
        """The parallel nodes around it and its branch in each, the outermost first."""
        if self.within is None:
            return ()
        own = (self.within.node.id, self.branch)
        return (*self.within.parallels, *([own] if self._in_parallel else []))

    @property
    def _in_parallel(self) -> bool:
        return self.within is not None and isinstance(self.within.node, ParallelNode)


def places(nodes: tuple[Node, ...]) -> Mapping[str, Place]:
    """The place of every node by its id."""
    return {place.node.id: place for place in _walk(nodes, None, "")}


def _walk(sequence: tuple[Node, ...], within: Place | None, branch: str) -> Iterator[Place]:
    for index, node in enumerate(sequence):
        place = Place(sequence, index, within, branch)
        yield place
        for way in node.branches:
            yield from _walk(way.nodes, place, way.id)


def precedes(earlier: Place, later: Place) -> bool:
    """Whether the one is run before the other; no for nodes in sibling branches."""
    for one, other in zip_longest(earlier.path, later.path):
        if one != other:
            return isinstance(one, int) and isinstance(other, int) and one < other
    return False
