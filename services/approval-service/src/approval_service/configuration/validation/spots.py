"""Every node and branch of a definition with the place where it stands in its file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from approval_service.domain.flows.nodes import Branch, Node

Entry = TypeVar("Entry")


@dataclass(frozen=True)
class Fault:
    """One fault: ``pointer`` (RFC 6901) into the file, a code, and a sentence without a stop."""

    pointer: str
    code: str
    detail: str

    def __str__(self) -> str:
        return self.detail


@dataclass(frozen=True)
class Spot(Generic[Entry]):
    """A node or a branch, where it stands, and how sentences name it."""

    entry: Entry
    pointer: str
    name: str

    def fault(self, code: str, detail: str, below: str = "") -> Fault:
        """A fault of the node, or of what lies ``below`` it."""
        return Fault(self.pointer + below, code, f"{self.name}{detail}")


def node_spots(nodes: tuple[Node, ...], above: str = "") -> Iterator[Spot[Node]]:
    """The nodes of a sequence and of the branches below it, in order."""
    for index, node in enumerate(nodes):
        spot = Spot(node, f"{above}/nodes/{index}", f"node {node.id}")
        yield spot
        for branch in branch_spots(spot):
            yield from node_spots(branch.entry.nodes, branch.pointer)


def branch_spots(spot: Spot[Node]) -> Iterator[Spot[Branch]]:
    """The branches of a node."""
    for index, branch in enumerate(spot.entry.branches):
        yield Spot(branch, f"{spot.pointer}/branches/{index}", f"{spot.name}, branch {branch.id}")
