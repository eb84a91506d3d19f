"""The nodes of a flow file, each kind with its fields; without ``kind`` it is an approval."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from approval_service.configuration.files import CODE, Entry, Labels
from approval_service.configuration.limits import LimitEntry
from approval_service.configuration.sources import ApproverEntry
from approval_service.domain.flows.nodes import (
    SUBMITTER,
    ApprovalNode,
    AutomaticNode,
    Branch,
    ChoiceNode,
    CopyNode,
    Node,
    ParallelNode,
)
from approval_service.domain.flows.policies import (
    AutomaticOutcome,
    EmptyApprover,
    FieldAccess,
    Kind,
    Mode,
    RejectionPolicy,
    RepeatedApprover,
    SubmitterIsApprover,
)

Commented = Literal["APPROVED", "REJECTED", "RETURNED"]


class NodeHead(Entry):
    """What every node has; ``when`` is a CEL expression over the pinned facts."""

    id: str = Field(pattern=CODE)
    labels: Labels
    when: str | None = None

    @property
    def head(self) -> dict[str, Any]:
        """The fields of the domain's node or branch."""
        return {
            "id": self.id,
            "name": self.labels.en,
            "name_zh": self.labels.zh,
            "when": self.when,
        }


class Fallback(Entry):
    """Who is asked when nobody can be found."""

    user: str


class BackTo(Entry):
    """Where a rejection goes: ``submitter`` or the id of an earlier node."""

    back_to: str


class ApprovalEntry(NodeHead):
    """People decide."""

    kind: Literal[Kind.APPROVAL] = Kind.APPROVAL
    approvers: tuple[ApproverEntry, ...] = Field(min_length=1)
    mode: Mode = Mode.ANY
    ratio: int | None = Field(None, description="With RATIO: per cent that must agree.")
    empty_approver: Literal["ADMINISTRATOR", "PASS", "REJECT"] | Fallback = "ADMINISTRATOR"
    submitter_is_approver: SubmitterIsApprover = SubmitterIsApprover.SKIP
    repeated_approver: RepeatedApprover = RepeatedApprover.EACH
    on_rejection: Literal["END"] | BackTo = "END"
    comment_required: tuple[Commented, ...] = ()
    fields: dict[str, FieldAccess] = Field(default_factory=dict)
    limit: LimitEntry | None = None

    def as_node(self) -> ApprovalNode:
        """The value of the domain."""
        empty, person = self._empty
        back = self.on_rejection if isinstance(self.on_rejection, BackTo) else None
        return ApprovalNode(
            **self.head,
            approvers=tuple(entry.as_approvers() for entry in self.approvers),
            mode=self.mode,
            ratio=self.ratio,
            empty_approver=empty,
            empty_person=person,
            submitter_is_approver=self.submitter_is_approver,
            repeated_approver=self.repeated_approver,
            on_rejection=RejectionPolicy.BACK if back else RejectionPolicy.END,
            back_to=back.back_to if back else SUBMITTER,
            comment_required=self.comment_required,
            fields=self.fields,
            limit=self.limit.as_limit() if self.limit else None,
        )

    @property
    def _empty(self) -> tuple[EmptyApprover, str | None]:
        if isinstance(self.empty_approver, Fallback):
            return EmptyApprover.PERSON, self.empty_approver.user
        return EmptyApprover(self.empty_approver), None


class CopyEntry(NodeHead):
    """抄送: people get to read it."""

    kind: Literal[Kind.COPY]
    recipients: tuple[ApproverEntry, ...] = Field(min_length=1)

    def as_node(self) -> CopyNode:
        """The value of the domain."""
        return CopyNode(
            **self.head, recipients=tuple(entry.as_approvers() for entry in self.recipients)
        )


class AutomaticEntry(NodeHead):
    """A machine decides: go on, or reject."""

    kind: Literal[Kind.AUTOMATIC]
    outcome: AutomaticOutcome

    def as_node(self) -> AutomaticNode:
        """The value of the domain."""
        return AutomaticNode(**self.head, outcome=self.outcome)


class BranchEntry(NodeHead):
    """One way of a choice or a parallel node, a sequence of nodes again."""

    nodes: tuple[NodeEntry, ...]

    def as_branch(self) -> Branch:
        """The value of the domain."""
        return Branch(**self.head, nodes=tuple(node.as_node() for node in self.nodes))


class BranchedEntry(NodeHead):
    """A choice takes the first branch whose condition holds; a parallel node runs all."""

    kind: Literal[Kind.CHOICE, Kind.PARALLEL]
    branches: tuple[BranchEntry, ...] = Field(min_length=1)

    def as_node(self) -> Node:
        """The value of the domain."""
        kind = ChoiceNode if self.kind is Kind.CHOICE else ParallelNode
        return kind(**self.head, ways=tuple(branch.as_branch() for branch in self.branches))


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
