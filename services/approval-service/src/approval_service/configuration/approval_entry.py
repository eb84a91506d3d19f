"""A node where people decide, as a flow file says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from pydantic import Field

from approval_service.configuration.files import CODE, LONGEST_EXPRESSION, Entry, Labels
from approval_service.configuration.limits import LimitEntry
from approval_service.configuration.sources import MOST_SOURCES, ApproverEntry
from approval_service.domain.flows.nodes import SUBMITTER, ApprovalNode
from approval_service.domain.flows.policies import (
    EmptyApprover,
    FieldAccess,
    Kind,
    Mode,
    RejectionPolicy,
    RepeatedApprover,
    SubmitterIsApprover,
)

if TYPE_CHECKING:
    from approval_service.domain.flows.nodes import Branch, Node

Commented = Literal["APPROVED", "REJECTED", "RETURNED"]


class NodeHead(Entry):
    """What every node has; ``when`` is a CEL expression over the pinned facts."""

    id: str = Field(pattern=CODE)
    labels: Labels
    when: str | None = Field(None, max_length=LONGEST_EXPRESSION)

    @property
    def head(self) -> dict[str, Any]:
        """The fields of the domain's node or branch."""
        return {
            "id": self.id,
            "name": self.labels.en,
            "name_zh": self.labels.zh,
            "when": self.when,
        }

    @staticmethod
    def head_of(node: Node | Branch) -> dict[str, Any]:
        """The fields of an entry."""
        labels = Labels(zh=node.name_zh, en=node.name)
        return {"id": node.id, "labels": labels, "when": node.when}


class Fallback(Entry):
    """Who is asked when nobody can be found."""

    user: str


class BackTo(Entry):
    """Where a rejection goes: ``submitter`` or the id of an earlier node."""

    back_to: str


class ApprovalEntry(NodeHead):
    """People decide."""

    kind: Literal[Kind.APPROVAL] = Kind.APPROVAL
    approvers: tuple[ApproverEntry, ...] = Field(min_length=1, max_length=MOST_SOURCES)
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

    @classmethod
    def of(cls, node: ApprovalNode) -> ApprovalEntry:
        """The entry that gives this value."""
        person = node.empty_person
        back = node.on_rejection is RejectionPolicy.BACK
        return cls.model_validate(
            {
                **cls.head_of(node),
                "approvers": [ApproverEntry.of(source) for source in node.approvers],
                "mode": node.mode,
                "ratio": node.ratio,
                "empty_approver": Fallback(user=person) if person else node.empty_approver.value,
                "submitter_is_approver": node.submitter_is_approver,
                "repeated_approver": node.repeated_approver,
                "on_rejection": BackTo(back_to=node.back_to) if back else "END",
                "comment_required": node.comment_required,
                "fields": node.fields,
                "limit": LimitEntry.of(node.limit) if node.limit is not None else None,
            }
        )
