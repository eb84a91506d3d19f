"""The customer: the company that buys (domain.md §1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias

from lead_service.domain import customer_events, customer_requesting, customer_results
from lead_service.domain.customer_facts import CustomerFacts
from lead_service.domain.facts import differences, primitives, restored
from lead_service.domain.requested_approval import Approvals, ApprovalStatus, RequestedApproval
from lead_service.domain.verification import ASSESSMENT_FLOW, VerificationStatus
from opentas_shared.domain.aggregate import Aggregate, event

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from lead_service.domain.core_fields import CorePolicy
    from opentas_shared.domain.time import Moment


class Customer(Aggregate):
    """A company, from its registration on."""

    TOPIC: ClassVar[str] = "customer"

    Created: TypeAlias = customer_events.Created
    Changed: TypeAlias = customer_events.Changed
    ApprovalRequested: TypeAlias = customer_events.ApprovalRequested
    ApprovalProgressed: TypeAlias = customer_events.ApprovalProgressed
    ApprovalResultRecorded: TypeAlias = customer_events.ApprovalResultRecorded
    ApprovalReversed: TypeAlias = customer_events.ApprovalReversed
    InfoVerified: TypeAlias = customer_events.InfoVerified
    InfoRejected: TypeAlias = customer_events.InfoRejected
    VerificationWithdrawn: TypeAlias = customer_events.VerificationWithdrawn
    CoreFieldChanged: TypeAlias = customer_events.CoreFieldChanged

    # State and its evolution

    @event(Created)
    def __init__(self, owner_id: str, facts: dict[str, Any]) -> None:
        self.owner_id = owner_id
        self.facts = restored(CustomerFacts, facts)
        self.verification = VerificationStatus.UNVERIFIED
        self.verified_before = VerificationStatus.UNVERIFIED
        """The verification before the assessment that runs."""
        self.verified_by_approval: str | None = None
        self.approvals = Approvals()
        self.proposals: dict[str, dict[str, Any]] = {}
        """The values that the fields of each proposed change had, by approval."""

    @event(Changed)
    def _on_changed(self, changes: dict[str, Any]) -> None:
        changed = dict(changes)
        self.owner_id = changed.pop("owner_id", self.owner_id)
        self.facts = restored(CustomerFacts, primitives(self.facts) | changed)

    @event(ApprovalRequested)
    def _on_approval_requested(
        self,
        approval_id: str,
        flow: str,
        request_no: int,
        submitter_id: str,
        form: dict[str, Any],
        previous: dict[str, Any],
        verification_status: str,
    ) -> None:
        self.approvals.add(RequestedApproval(approval_id, flow, request_no, submitter_id, form))
        self.proposals[approval_id] = previous
        self._assessed(flow, verification_status)

    @event(ApprovalProgressed)
    def _on_approval_progressed(
        self,
        approval_id: str,
        flow: str,
        status: str,
        previous: dict[str, Any],
        verification_status: str,
    ) -> None:
        self.approvals.move(approval_id, status)
        self.proposals[approval_id] = previous
        self._assessed(flow, verification_status)

    @event(ApprovalResultRecorded)
    def _on_approval_result(
        self, approval_id: str, outcome: str, in_effect: bool, verification_status: str
    ) -> None:
        self.approvals.move(approval_id, outcome, in_effect)
        self.verification = VerificationStatus(verification_status)

    @event(ApprovalReversed)
    def _on_approval_reversed(self, approval_id: str, verification_status: str) -> None:
        self.approvals.move(approval_id, ApprovalStatus.REVERSED)
        self.verification = VerificationStatus(verification_status)

    @event(InfoVerified)
    def _on_verified(self, approval_id: str) -> None:
        self.verified_by_approval = approval_id

    @event(InfoRejected)
    def _on_rejected(self) -> None:
        self.verified_by_approval = None

    @event(VerificationWithdrawn)
    def _on_withdrawn(self) -> None:
        self.verified_by_approval = None

    @event(CoreFieldChanged)
    def _on_core_field_changed(self, facts: dict[str, Any]) -> None:
        self.facts = restored(CustomerFacts, facts)

    def _assessed(self, flow: str, verification_status: str) -> None:
        assessing = self.verification is VerificationStatus.IN_ASSESSMENT
        if flow == ASSESSMENT_FLOW and not assessing:
            self.verified_before = self.verification
        self.verification = VerificationStatus(verification_status)

    # Decisions

    @classmethod
    def register(cls, id: UUID, facts: CustomerFacts, owner_id: str, at: Moment) -> Self:
        """A new customer, unverified."""
        return cls.create(cls.Created, id, at, owner_id=owner_id, facts=primitives(facts))

    def change(self, wanted: Mapping[str, Any], policy: CorePolicy, at: Moment) -> None:
        """Add or correct facts, or name another ``owner_id``; only differences are recorded.

        Raises ``RequirementsMissing`` for core fields that need TAS 1-3 (R-21), and
        ``ApprovalRunning`` for them while they are being assessed (A35).
        """
        current = primitives(self.facts) | {"owner_id": self.owner_id}
        changes, previous = differences(current, wanted)
        if policy.owners.keys() & changes.keys() and self.verification not in policy.open_in:
            self.approvals.ensure_none_runs(ASSESSMENT_FLOW)
            policy.ensure_open(changes, self.verification)
        if changes:
            self.trigger(Customer.Changed, at, changes=changes, previous=previous)

    request_assessment = customer_requesting.request_assessment
    request_core_change = customer_requesting.request_core_change
    ensure_core_change_possible = customer_requesting.ensure_core_change_possible
    record_progress = customer_results.record_progress
    record_result = customer_results.record_result
    record_reversal = customer_results.record_reversal

    def record(
        self,
        event_class: type[customer_events.CustomerEvent],
        at: Moment,
        approval_id: str,
        **fields: Any,
    ) -> None:
        """Trigger an event with what every later event of a customer repeats."""
        repeated = {
            "owner_id": self.owner_id,
            "facts": primitives(self.facts),
            "verification_status": self.verification.value,
            "registered_at": self.created_on,
        }
        self.trigger(event_class, at, approval_id=approval_id, **(repeated | fields))
