"""Nodes that are entered, passed and left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from approval_service.domain.approval.events.about import ApprovalEvent
from approval_service.domain.approval.states import Activation, NodeStatus

if TYPE_CHECKING:
    from approval_service.domain.approval.approval import Approval


class NodeSkipped(ApprovalEvent):
    """A machine decision: the node does not apply."""

    TOPIC: ClassVar[str] = "approval.node_skipped"
    activation_no: int
    node: str
    reason_code: str
    reason: str
    parent_no: int = 0

    def apply(self, approval: Approval) -> None:
        approval.activations.append(
            Activation(
                self.activation_no, self.round, self.node, NodeStatus.SKIPPED, self.parent_no
            )
        )


class NodeActivated(ApprovalEvent):
    """A node is entered: its approvers as resolved at this moment, and why them.

    ``candidates`` are those approvers in order, each with person, role and principal; a
    parallel node has ``branches`` instead. ``parent_no`` is the activation of the parallel
    node around it. ``back_to`` is where the approval comes straight back to.
    """

    TOPIC: ClassVar[str] = "approval.node_activated"
    activation_no: int
    node: str
    approvers: list[str]
    reason_code: str
    reason: str
    parent_no: int = 0
    candidates: list[dict[str, Any]] | None = None
    branches: list[str] | None = None
    back_to: str | None = None

    def apply(self, approval: Approval) -> None:
        candidates = self.candidates
        if candidates is None:  # as kept before roles were
            candidates = [{"person": person, "role": ""} for person in self.approvers]
        approval.activations.append(
            Activation(
                self.activation_no,
                self.round,
                self.node,
                NodeStatus.ACTIVE,
                self.parent_no,
                candidates,
                self.back_to,
            )
        )


class NodePassed(ApprovalEvent):
    """A machine went through a choice (``branch``), a copy or an automatic node."""

    TOPIC: ClassVar[str] = "approval.node_passed"
    activation_no: int
    node: str
    parent_no: int
    branch: str | None
    reason_code: str
    reason: str

    def apply(self, approval: Approval) -> None:
        approval.activations.append(
            Activation(self.activation_no, self.round, self.node, NodeStatus.PASSED, self.parent_no)
        )


class NodeCompleted(ApprovalEvent):
    """The node has its outcome: ``APPROVED``, ``REJECTED``, ``RETURNED`` or ``CANCELLED``."""

    TOPIC: ClassVar[str] = "approval.node_completed"
    activation_no: int
    node: str
    outcome: str
    reason_code: str | None = None

    def apply(self, approval: Approval) -> None:
        approval.activation(self.activation_no).status = NodeStatus(self.outcome)


class NodeReopened(ApprovalEvent):
    """The decision that had completed the node was withdrawn."""

    TOPIC: ClassVar[str] = "approval.node_reopened"
    activation_no: int
    node: str

    def apply(self, approval: Approval) -> None:
        approval.activation(self.activation_no).status = NodeStatus.ACTIVE
