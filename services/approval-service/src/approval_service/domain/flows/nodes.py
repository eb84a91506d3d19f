"""The nodes of a flow definition as values: structured blocks, so that no approval gets lost.

A definition is a sequence of nodes; a choice and a parallel node hold branches, each a sequence
again. A parallel node is joined where it ends, by construction. The primitive form
(``as_dict``) is what events and rows keep; ``node_of`` reads every form ever published.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from approval_service.domain.flows.policies import (
    ApproverKind,
    AutomaticOutcome,
    EmptyApprover,
    FieldAccess,
    Kind,
    Limit,
    Mode,
    RejectionPolicy,
    RepeatedApprover,
    SubmitterIsApprover,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SUBMITTER = "submitter"
"""Where a rejection or a return may send an approval, besides to a node."""


@dataclass(frozen=True)
class Approvers:
    """One source of approvers, see ``ApproverKind``; resolved when its node starts.

    ``nearest`` takes the holders of a role in the closest department upwards only; ``levels``
    bounds a chain of heads, ``downwards`` runs it from the top.
    """

    kind: ApproverKind
    value: str = ""
    nearest: bool = False
    levels: int | None = None
    downwards: bool = False

    def as_dict(self) -> dict[str, Any]:
        """The primitive form."""
        return {**vars(self), "kind": str(self.kind)}

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Approvers:
        """Rebuild from ``as_dict``."""
        return cls(**{**fields, "kind": ApproverKind(fields["kind"])})


@dataclass(frozen=True)
class Node:
    """What every node has; it is skipped when the CEL expression ``when`` is false."""

    id: str
    name: str
    name_zh: str
    when: str | None = field(default=None, kw_only=True)

    def as_dict(self) -> dict[str, Any]:
        """The primitive form."""
        about = ("id", "name", "name_zh", "when")
        return {"kind": str(KIND_OF[type(self)]), **{name: getattr(self, name) for name in about}}

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The branches of a choice or a parallel node."""
        return ()


@dataclass(frozen=True)
class ApprovalNode(Node):
    """People decide; ``mode`` says how their decisions make the node's (domain.md §14.14).

    ``ratio`` is the least share of agreeing voices in percent, for 票签 only. ``fields`` are the
    permissions on the form here, ``FieldAccess.READ`` where a field is not named.
    """

    approvers: tuple[Approvers, ...]
    mode: Mode = Mode.ANY
    ratio: int | None = None
    empty_approver: EmptyApprover = EmptyApprover.ADMINISTRATOR
    empty_person: str | None = None
    submitter_is_approver: SubmitterIsApprover = SubmitterIsApprover.SKIP
    repeated_approver: RepeatedApprover = RepeatedApprover.EACH
    on_rejection: RejectionPolicy = RejectionPolicy.END
    back_to: str = SUBMITTER
    comment_required: tuple[str, ...] = ()
    fields: dict[str, FieldAccess] = field(default_factory=dict)
    limit: Limit | None = None

    def as_dict(self) -> dict[str, Any]:
        """The primitive form."""
        return {
            **super().as_dict(),
            "approvers": [source.as_dict() for source in self.approvers],
            "mode": str(self.mode),
            "ratio": self.ratio,
            "empty_approver": str(self.empty_approver),
            "empty_person": self.empty_person,
            "submitter_is_approver": str(self.submitter_is_approver),
            "repeated_approver": str(self.repeated_approver),
            "on_rejection": str(self.on_rejection),
            "back_to": self.back_to,
            "comment_required": list(self.comment_required),
            "fields": {name: str(access) for name, access in self.fields.items()},
            "limit": None if self.limit is None else self.limit.as_dict(),
        }

    @property
    def chosen_by_approver(self) -> bool:
        """Whether each approver may name who is asked next (A6)."""
        return any(source.kind is ApproverKind.APPROVER_CHOICE for source in self.approvers)


@dataclass(frozen=True)
class Branch:
    """One way of a choice or a parallel node; a choice takes the one without ``when`` last."""

    id: str
    name: str
    name_zh: str
    nodes: tuple[Node, ...]
    when: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The primitive form."""
        return {**vars(self), "nodes": [node.as_dict() for node in self.nodes]}


@dataclass(frozen=True)
class _Branched(Node):
    ways: tuple[Branch, ...]

    def as_dict(self) -> dict[str, Any]:
        """The primitive form."""
        return {**super().as_dict(), "branches": [branch.as_dict() for branch in self.ways]}

    @property
    def branches(self) -> tuple[Branch, ...]:
        """The branches in the order of the definition."""
        return self.ways


@dataclass(frozen=True)
class ChoiceNode(_Branched):
    """Exactly one branch runs: the first whose condition holds, else the default."""


@dataclass(frozen=True)
class ParallelNode(_Branched):
    """All branches run; the join waits for exactly those that were started."""


@dataclass(frozen=True)
class CopyNode(Node):
    """抄送: people get to read it; nobody is waited for."""

    recipients: tuple[Approvers, ...]

    def as_dict(self) -> dict[str, Any]:
        """The primitive form."""
        return {**super().as_dict(), "recipients": [one.as_dict() for one in self.recipients]}


@dataclass(frozen=True)
class AutomaticNode(Node):
    """A machine decides: go on, or reject the approval."""

    outcome: AutomaticOutcome

    def as_dict(self) -> dict[str, Any]:
        """The primitive form."""
        return {**super().as_dict(), "outcome": str(self.outcome)}


KIND_OF: dict[type[Node], Kind] = {
    ApprovalNode: Kind.APPROVAL,
    ChoiceNode: Kind.CHOICE,
    ParallelNode: Kind.PARALLEL,
    CopyNode: Kind.COPY,
    AutomaticNode: Kind.AUTOMATIC,
}


def node_of(fields: dict[str, Any]) -> Node:
    """Rebuild a node from ``as_dict``, also from forms without ``kind`` (the first ones)."""
    about: dict[str, Any] = {name: fields[name] for name in ("id", "name", "name_zh", "when")}
    match Kind(fields.get("kind", Kind.APPROVAL)):
        case Kind.CHOICE:
            return ChoiceNode(**about, ways=_branches(fields))
        case Kind.PARALLEL:
            return ParallelNode(**about, ways=_branches(fields))
        case Kind.COPY:
            return CopyNode(**about, recipients=_sources(fields["recipients"]))
        case Kind.AUTOMATIC:
            return AutomaticNode(**about, outcome=AutomaticOutcome(fields["outcome"]))
    return _approval_node(about, fields)


def _approval_node(about: dict[str, Any], fields: dict[str, Any]) -> ApprovalNode:
    def policy(kind: Any, name: str, default: Any) -> Any:
        return kind(fields.get(name, default))

    limit = fields.get("limit")
    return ApprovalNode(
        **about,
        approvers=_sources(fields["approvers"]),
        mode=Mode(fields["mode"]),
        ratio=fields.get("ratio"),
        empty_approver=EmptyApprover(fields["empty_approver"]),
        empty_person=fields.get("empty_person"),
        submitter_is_approver=policy(
            SubmitterIsApprover, "submitter_is_approver", SubmitterIsApprover.SKIP
        ),
        repeated_approver=policy(RepeatedApprover, "repeated_approver", RepeatedApprover.EACH),
        on_rejection=policy(RejectionPolicy, "on_rejection", RejectionPolicy.END),
        back_to=fields.get("back_to", SUBMITTER),
        comment_required=tuple(fields.get("comment_required", ())),
        fields={name: FieldAccess(access) for name, access in fields.get("fields", {}).items()},
        limit=None if limit is None else Limit.from_dict(limit),
    )


def _sources(entries: list[dict[str, Any]]) -> tuple[Approvers, ...]:
    return tuple(Approvers.from_dict(entry) for entry in entries)


def _branches(fields: dict[str, Any]) -> tuple[Branch, ...]:
    return tuple(
        Branch(**{**branch, "nodes": tuple(node_of(node) for node in branch["nodes"])})
        for branch in fields["branches"]
    )


def each(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """Every node of a sequence and of the branches below it, in the order of the definition."""
    for node in nodes:
        yield node
        for branch in node.branches:
            yield from each(branch.nodes)
