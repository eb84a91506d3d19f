"""What the API takes for acts of people: decisions, signers, submissions, words."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from approval_service.api.attachments import Attachments
from approval_service.domain.approval.errors import ADMINISTRATOR
from approval_service.domain.approval.routing import Actor
from approval_service.domain.approval.states import TaskKind
from approval_service.domain.flows.nodes import SUBMITTER
from opentas_shared.web.auth import Caller
from opentas_shared.web.bodies import ApiModel, Code, Flag, FormContent, RuleId, Timed, UserId

Words = Annotated[str, StringConstraints(max_length=10_000)]
People = Annotated[list[UserId], Field(min_length=1, max_length=100)]


class Act(Timed):
    """Something that a person does to an approval."""

    comment: Words = Field("", description="The opinion or the reason; it is never published.")
    on_behalf_of: UserId | None = Field(
        None, description="Administrators only: the person for whom you act."
    )
    on_behalf_reason: str | None = Field(
        None, max_length=1_000, description="Why you act for somebody; required then."
    )

    def actor(self, caller: Caller) -> Actor:
        """Who acts, for whom and why."""
        return Actor(
            person=caller.subject,
            on_behalf_of=self.on_behalf_of,
            reason=self.on_behalf_reason,
            administrator=ADMINISTRATOR in caller.roles,
        )


class TaskAct(Act):
    """Something that a person does in an own open task."""

    task_id: UUID | None = Field(None, description="Which of your open tasks; null: the first.")


class Next(ApiModel):
    """Who is asked next, by a role or by name."""

    role: Code | None = Field(None, examples=["finance"])
    people: People | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Next:
        if (self.role is None) == (self.people is None):
            raise ValueError("give either role or people")
        return self


class DecisionRequest(TaskAct):
    """A decision of one's own open task in the approval."""

    attachments: Attachments = Field(default_factory=list)
    form_changes: FormContent = Field(
        default_factory=dict, description="Fields that the node lets you write, with new values."
    )


class ApprovalRequest(DecisionRequest):
    """Agreement; ``next`` only where the node lets approvers choose."""

    next: Next | None = None


class ReturnRequest(DecisionRequest):
    """退回: where to, see `return-targets`."""

    to: Code = Field(SUBMITTER, description="`submitter` or an earlier node.")
    return_to_me: Flag = Field(False, description="Come straight back here afterwards.")


class SignerRequest(TaskAct):
    """加签: who, and whether before, after or beside your own decision."""

    person_id: UserId = Field(examples=["wu.hao"])
    position: Literal[TaskKind.BEFORE, TaskKind.AFTER, TaskKind.PARALLEL]


class SignerRemovalRequest(Act):
    """减签: the task of the signer."""

    task_id: UUID


class PersonRequest(TaskAct):
    """转交 or 委派: to whom."""

    person_id: UserId = Field(examples=["wu.hao"])


class ResubmissionRequest(Act):
    """A new round; ``form`` replaces the last one, null keeps it."""

    form: FormContent | None = Field(None, examples=[{"reason": "Benchmark of the industry"}])


class ReversalRequest(Act):
    """通过后撤销; importers may name the role in which it was done and waive the time limit."""

    role: Code | None = Field(None, description="Importers only: in whose name it was done.")
    waived_rules: list[RuleId] = Field(
        default_factory=list, max_length=50, description="Importers only: `A-22`, the time limit."
    )


class CopyRequest(Act):
    """抄送: who gets to read it."""

    people: People = Field(examples=[["wu.hao"]])


class CommentRequest(Act):
    """Words, with files by reference."""

    comment: Words = Field(min_length=1)
    attachments: Attachments = Field(default_factory=list)


class JumpRequest(Act):
    """Where the approval goes; ``comment`` is the reason."""

    to: Code = Field(description="A node that asks people.", examples=["sales_director"])
