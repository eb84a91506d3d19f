"""The nodes of a flow file, each kind with its fields; without ``kind`` it is an approval."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from approval_service.configuration.approval_entry import ApprovalEntry, NodeHead
from approval_service.configuration.sources import MOST_SOURCES, ApproverEntry
from approval_service.domain.flows.nodes import (
    ApprovalNode,
    AutomaticNode,
    Branch,
    ChoiceNode,
    CopyNode,
    Node,
    ParallelNode,
)
from approval_service.domain.flows.policies import AutomaticOutcome, Kind

MOST_NODES = 50
"""Nodes of one sequence."""
MOST_BRANCHES = 20


class CopyEntry(NodeHead):
    """抄送: people get to read it."""

    kind: Literal[Kind.COPY]
    recipients: tuple[ApproverEntry, ...] = Field(min_length=1, max_length=MOST_SOURCES)

    def as_node(self) -> CopyNode:
        """The value of the domain."""
        return CopyNode(
            **self.head, recipients=tuple(entry.as_approvers() for entry in self.recipients)
        )

    @classmethod
    def of(cls, node: CopyNode) -> CopyEntry:
        """The entry that gives this value."""
        recipients = tuple(ApproverEntry.of(source) for source in node.recipients)
        return cls(**cls.head_of(node), kind=Kind.COPY, recipients=recipients)


class AutomaticEntry(NodeHead):
    """A machine decides: go on, or reject."""

    kind: Literal[Kind.AUTOMATIC]
    outcome: AutomaticOutcome

    def as_node(self) -> AutomaticNode:
        """The value of the domain."""
        return AutomaticNode(**self.head, outcome=self.outcome)

    @classmethod
    def of(cls, node: AutomaticNode) -> AutomaticEntry:
        """The entry that gives this value."""
        return cls(**cls.head_of(node), kind=Kind.AUTOMATIC, outcome=node.outcome)


class BranchEntry(NodeHead):
    """One way of a choice or a parallel node, a sequence of nodes again."""

    nodes: tuple[NodeEntry, ...] = Field(max_length=MOST_NODES)

    def as_branch(self) -> Branch:
        """The value of the domain."""
        return Branch(**self.head, nodes=tuple(node.as_node() for node in self.nodes))

    @classmethod
    def of(cls, branch: Branch) -> BranchEntry:
        """The entry that gives this value."""
        return cls(**cls.head_of(branch), nodes=tuple(map(entry_of, branch.nodes)))


class BranchedEntry(NodeHead):
    """A choice takes the first branch whose condition holds; a parallel node runs all."""

    kind: Literal[Kind.CHOICE, Kind.PARALLEL]
    branches: tuple[BranchEntry, ...] = Field(min_length=1, max_length=MOST_BRANCHES)

    def as_node(self) -> Node:
        """The value of the domain."""
        kind = ChoiceNode if self.kind is Kind.CHOICE else ParallelNode
        return kind(**self.head, ways=tuple(branch.as_branch() for branch in self.branches))

    @classmethod
    def of(cls, node: ChoiceNode | ParallelNode) -> BranchedEntry:
        """The entry that gives this value."""
        kind: Literal[Kind.CHOICE, Kind.PARALLEL] = (
            Kind.CHOICE if isinstance(node, ChoiceNode) else Kind.PARALLEL
        )
        branches = tuple(BranchEntry.of(branch) for branch in node.ways)
        return cls(**cls.head_of(node), kind=kind, branches=branches)


def _kind(value: Any) -> str:
    kind = value.get("kind", Kind.APPROVAL) if isinstance(value, dict) else value.kind
    return "BRANCHED" if kind in (Kind.CHOICE, Kind.PARALLEL) else str(kind)


NodeEntry = Annotated[
    Annotated[ApprovalEntry, Tag("APPROVAL")]
    | Annotated[BranchedEntry, Tag("BRANCHED")]
    | Annotated[CopyEntry, Tag("COPY")]
    | Annotated[AutomaticEntry, Tag("AUTOMATIC")],
    Discriminator(_kind),
]
"""A node of any kind."""

BranchEntry.model_rebuild()


def entry_of(node: Node) -> NodeEntry:
    """The entry that gives this node."""
    match node:
        case ApprovalNode():
            return ApprovalEntry.of(node)
        case ChoiceNode() | ParallelNode():
            return BranchedEntry.of(node)
        case CopyNode():
            return CopyEntry.of(node)
        case AutomaticNode():
            return AutomaticEntry.of(node)
    raise TypeError(f"{node!r} is of no known kind")
