"""The approval as a whole: asked for, running, handed back, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from approval_service.domain.approval.events.about import ApprovalEvent, PersonalEvent
from approval_service.domain.approval.states import Status
from approval_service.domain.flows.definition import Definition
from approval_service.domain.flows.nodes import SUBMITTER
from opentas_shared.domain.aggregate import CreatedEvent

if TYPE_CHECKING:
    from approval_service.domain.approval.approval import Approval


class Created(CreatedEvent):
    """An approval was asked for; ``facts`` are pinned as they were then.

    ``subject_version`` is the version of the subject whose facts these are, 0 when not known.
    """

    TOPIC: ClassVar[str] = "approval.requested"
    flow: str
    request_no: int
    subject_type: str
    subject_id: str
    submitter_id: str
    facts: dict[str, Any]
    form: dict[str, Any]
    subject_version: int = 0


class Started(ApprovalEvent):
    """The approval runs by this definition until its end, whatever is published later."""

    TOPIC: ClassVar[str] = "approval.started"
    ACT: ClassVar[bool] = True
    definition: dict[str, Any]
    facts: dict[str, Any]
    form: dict[str, Any]

    def apply(self, approval: Approval) -> None:
        approval.definition = Definition.from_dict(self.definition)
        approval.open_round(self.round, self.form)


class NotStarted(ApprovalEvent):
    """The approval cannot run; ``missing`` names form fields without a value."""

    TOPIC: ClassVar[str] = "approval.not_started"
    reason_code: str
    reason: str
    missing: list[str]

    def apply(self, approval: Approval) -> None:
        approval.status = Status.NOT_STARTED


class Returned(ApprovalEvent):
    """退回: the approval lies with its submitter, or with the earlier node ``to``.

    ``return_to_me``: it comes straight back to ``node`` afterwards.
    """

    TOPIC: ClassVar[str] = "approval.returned"
    node: str
    returned_by: str
    to: str = "submitter"
    return_to_me: bool = False

    def apply(self, approval: Approval) -> None:
        if self.to == SUBMITTER:
            approval.status = Status.RETURNED
            approval.come_back_to = self.node if self.return_to_me else None
        approval.fresh_from = len(approval.activations)


class Recalled(PersonalEvent):
    """The submitter takes the running approval back to change it."""

    TOPIC: ClassVar[str] = "approval.recalled"

    def apply(self, approval: Approval) -> None:
        approval.status = Status.RETURNED
        approval.come_back_to = None
        approval.before = None


class Resubmitted(ApprovalEvent):
    """A new round starts; the earlier rounds stay as they are."""

    TOPIC: ClassVar[str] = "approval.resubmitted"
    ACT: ClassVar[bool] = True
    form: dict[str, Any]
    resubmitted_by: str
    on_behalf_of: str | None
    on_behalf_reason: str | None
    comment: str

    def apply(self, approval: Approval) -> None:
        approval.open_round(self.round, self.form)


class Jumped(PersonalEvent):
    """An administrator sends the running approval to a node."""

    TOPIC: ClassVar[str] = "approval.jumped"
    to: str

    def apply(self, approval: Approval) -> None:
        approval.fresh_from = len(approval.activations)
        approval.before = None


class Revoked(PersonalEvent):
    """撤销: the submitter ends the approval."""

    TOPIC: ClassVar[str] = "approval.revoked"


class Terminated(PersonalEvent):
    """An administrator ends the approval."""

    TOPIC: ClassVar[str] = "approval.terminated"


class Completed(ApprovalEvent):
    """The end: ``outcome`` is ``APPROVED``, ``REJECTED``, ``REVOKED`` or ``TERMINATED``.

    ``reason_code`` is set where a machine decided (no node applied, an automatic node).
    ``form`` is what was approved, with what approvers wrote into it.
    """

    TOPIC: ClassVar[str] = "approval.completed"
    outcome: str
    reason_code: str | None
    form: dict[str, Any] | None = None

    def apply(self, approval: Approval) -> None:
        approval.status = Status(self.outcome)
        if approval.status is Status.APPROVED:
            approval.approved_at = self.timestamp


class Reversed(PersonalEvent):
    """通过后撤销: what was approved is taken back; ``role`` is in whose name, empty for none."""

    TOPIC: ClassVar[str] = "approval.reversed"
    role: str

    def apply(self, approval: Approval) -> None:
        approval.status = Status.REVERSED


class WentStale(ApprovalEvent):
    """Watched facts have moved since they were approved (D4); a new round asks again.

    ``changes`` name each fact with its approved and its present value; ``facts`` are all as
    they are now.
    """

    TOPIC: ClassVar[str] = "approval.went_stale"
    changes: list[dict[str, Any]]
    facts: dict[str, Any]
    subject_version: int = 0

    def apply(self, approval: Approval) -> None:
        approval.stale = True
        approval.facts = self.facts
        approval.open_round(self.round, approval.form)


class Refreshed(ApprovalEvent):
    """The watched facts are again what was approved: the approval holds as it was given."""

    TOPIC: ClassVar[str] = "approval.refreshed"
    facts: dict[str, Any]

    def apply(self, approval: Approval) -> None:
        approval.stale = False
        approval.facts = self.facts
        approval.status = Status.APPROVED
