"""The lead: a prospect with buying intent and contact information (domain.md §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias

from lead_service.domain import lead_approving, lead_converting, lead_events
from lead_service.domain.facts import (
    LeadFacts,
    LeadOrigin,
    differences,
    primitives,
    restored,
)
from lead_service.domain.requested_approval import Approvals, ApprovalStatus, RequestedApproval
from lead_service.domain.states import LEGAL_IN, LeadCommand, LeadStatus, legal_commands
from opentas_shared.domain.aggregate import Aggregate, event
from opentas_shared.domain.errors import IllegalTransition, RequirementsMissing

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from lead_service.domain.classification import ClassificationPolicy
    from lead_service.domain.creation import CreationPolicy
    from opentas_shared.domain.time import Moment

NOTHING: frozenset[str] = frozenset()


class Lead(Aggregate):
    """Public methods decide and raise named refusals, ``@event`` handlers evolve."""

    TOPIC: ClassVar[str] = "lead"

    Created: TypeAlias = lead_events.Created
    FactsChanged: TypeAlias = lead_events.FactsChanged
    Classified: TypeAlias = lead_events.Classified
    Assigned: TypeAlias = lead_events.Assigned
    Qualified: TypeAlias = lead_events.Qualified
    Discarded: TypeAlias = lead_events.Discarded
    Converted: TypeAlias = lead_events.Converted
    ApprovalRequested: TypeAlias = lead_events.ApprovalRequested
    ApprovalProgressed: TypeAlias = lead_events.ApprovalProgressed
    ApprovalResultRecorded: TypeAlias = lead_events.ApprovalResultRecorded
    ApprovalReversed: TypeAlias = lead_events.ApprovalReversed

    @event(Created)
    def __init__(
        self,
        source: str,
        generation_mode: str | None,
        natural_key: str | None,
        owner_id: str,
        facts: dict[str, Any],
    ) -> None:
        self.status = LeadStatus.NEW
        self.origin = LeadOrigin(source, generation_mode, natural_key)
        self.owner_id = owner_id
        self.facts = restored(LeadFacts, facts)
        self.classification: str | None = None
        self.criteria = NOTHING
        self.opportunity_id: str | None = None
        self.times: dict[LeadCommand, list[datetime]] = {}
        self.approvals = Approvals()

    @classmethod
    def capture(
        cls, id: UUID, origin: LeadOrigin, facts: LeadFacts, owner_id: str, at: Moment
    ) -> Self:
        """A new lead, in state NEW."""
        return cls.create(
            cls.Created, id, at, owner_id=owner_id, facts=primitives(facts), **primitives(origin)
        )

    def change(self, wanted: Mapping[str, Any], at: Moment) -> None:
        """Add or correct facts; only what differs is recorded, and nothing when nothing does."""
        self.ensure_legal(LeadCommand.CHANGE)
        changes, previous = differences(primitives(self.facts), wanted)
        if changes:
            self.record(Lead.FactsChanged, at, changes=changes, previous=previous)

    def classify(self, policy: ClassificationPolicy, at: Moment) -> None:
        """Classify by policy, as of the moment of the command (R-05, R-06).

        Raises ``RequirementsMissing`` with the facts that the policy still needs.
        """
        self.ensure_legal(LeadCommand.CLASSIFICATION)
        self._classified(policy.classify(self.facts, at.instant), at)

    def classify_by_hand(
        self,
        classification: str,
        reason: str | None,
        policy: ClassificationPolicy,
        at: Moment,
        *,
        waived: Collection[str] = NOTHING,
    ) -> None:
        """Give the lead a class. Against the policy that needs a reason, which is recorded.

        Raises ``RequirementsMissing`` with the rules (R-05, R-06) that speak against the class
        when there is no reason.
        """
        self.ensure_legal(LeadCommand.CLASSIFICATION)
        against = policy.against(classification, self.facts, at.instant)
        if not reason and any(violation.rule not in waived for violation in against):
            raise RequirementsMissing(
                f"The policy does not make this lead {classification}; "
                "give a reason to classify it so by hand.",
                violations=against,
            )
        overridden = sorted({violation.rule for violation in against if violation.rule})
        self._classified(classification, at, True, reason, overridden)

    def assign(self, owner_id: str, reason: str | None, at: Moment) -> None:
        """Move the lead to another owner."""
        self.ensure_legal(LeadCommand.ASSIGNMENT)
        self.record(
            Lead.Assigned, at, owner_id=owner_id, previous_owner_id=self.owner_id, reason=reason
        )

    def qualify(
        self,
        criteria: Collection[str],
        policy: CreationPolicy,
        at: Moment,
        *,
        note: str | None = None,
        waived: Collection[str] = NOTHING,
    ) -> None:
        """Confirm the creation criteria (R-01): ``RequirementsMissing`` names those not met."""
        self.ensure_legal(LeadCommand.QUALIFICATION)
        missing = policy.missing(criteria)
        if missing and "R-01" not in waived:
            raise RequirementsMissing(
                "The lead does not meet every creation criterion yet.", violations=missing
            )
        self.record(
            Lead.Qualified,
            at,
            criteria=sorted(criteria),
            missing=[code for code in policy.criteria if code not in criteria],
            note=note,
        )

    def discard(self, reason: str, reason_text: str | None, at: Moment) -> None:
        """Give the lead up."""
        self.ensure_legal(LeadCommand.DISCARD)
        self.record(Lead.Discarded, at, reason=reason, reason_text=reason_text)

    convert = lead_converting.convert
    ensure_convertible = lead_converting.ensure_convertible
    open = lead_converting.open_opportunity
    request_approval = lead_approving.request_approval
    ensure_unlocked = lead_approving.ensure_unlocked
    record_progress = lead_approving.record_progress
    record_result = lead_approving.record_result
    record_reversal = lead_approving.record_reversal

    def _classified(
        self,
        classification: str,
        at: Moment,
        by_hand: bool = False,
        reason: str | None = None,
        overridden_rules: Collection[str] = (),
    ) -> None:
        self.record(
            Lead.Classified,
            at,
            classification=classification,
            previous=self.classification,
            by_hand=by_hand,
            reason=reason,
            overridden_rules=list(overridden_rules),
        )

    def ensure_legal(self, command: LeadCommand) -> None:
        """Raise ``IllegalTransition`` (409) unless the state allows the command."""
        if self.status not in LEGAL_IN[command]:
            raise IllegalTransition(command, self.status, legal_commands(self.status))

    def record(self, event_class: type[lead_events.LeadEvent], at: Moment, **fields: Any) -> None:
        """Trigger an event with what every event of a lead repeats."""
        repeated = {
            "source": self.origin.source,
            "owner_id": self.owner_id,
            "captured_at": self.captured_at,
        }
        self.trigger(event_class, at, **(repeated | fields))

    @property
    def captured_at(self) -> datetime:
        """When the lead was captured in the business."""
        return self.created_on

    @event(FactsChanged)
    def _on_facts_changed(self, changes: dict[str, Any]) -> None:
        self.facts = restored(LeadFacts, primitives(self.facts) | changes)

    def _note(self, command: LeadCommand, timestamp: datetime) -> None:
        self.times.setdefault(command, []).append(timestamp)

    @event(Classified)
    def _on_classified(self, classification: str, timestamp: datetime) -> None:
        self._note(LeadCommand.CLASSIFICATION, timestamp)
        self.classification = classification
        if self.status is LeadStatus.NEW:
            self.status = LeadStatus.SCREENING

    @event(Assigned)
    def _on_assigned(self, owner_id: str, timestamp: datetime) -> None:
        self._note(LeadCommand.ASSIGNMENT, timestamp)
        self.owner_id = owner_id

    @event(Qualified)
    def _on_qualified(self, criteria: list[str], timestamp: datetime) -> None:
        self._note(LeadCommand.QUALIFICATION, timestamp)
        self.criteria = frozenset(criteria)
        self.status = LeadStatus.QUALIFIED

    @event(Discarded)
    def _on_discarded(self, timestamp: datetime) -> None:
        self._note(LeadCommand.DISCARD, timestamp)
        self.status = LeadStatus.DISCARDED

    @event(Converted)
    def _on_converted(
        self,
        opportunity_id: str,
        owner_id: str,
        customer_id: str | None,
        contact_id: str | None,
        timestamp: datetime,
    ) -> None:
        self._note(LeadCommand.CONVERSION, timestamp)
        self.opportunity_id = opportunity_id
        self.owner_id = owner_id
        linked = {"customer_id": customer_id, "contact_id": contact_id}
        self.facts = restored(LeadFacts, primitives(self.facts) | linked)
        self.status = LeadStatus.CONVERTED

    @event(ApprovalRequested)
    def _on_approval_requested(
        self, approval_id: str, flow: str, request_no: int, submitter_id: str, form: dict[str, Any]
    ) -> None:
        self.approvals.add(RequestedApproval(approval_id, flow, request_no, submitter_id, form))

    @event(ApprovalProgressed)
    def _on_approval_progressed(self, approval_id: str, status: str) -> None:
        self.approvals.move(approval_id, status)

    @event(ApprovalResultRecorded)
    def _on_approval_result(self, approval_id: str, outcome: str, in_effect: bool) -> None:
        self.approvals.move(approval_id, outcome, in_effect)

    @event(ApprovalReversed)
    def _on_approval_reversed(self, approval_id: str) -> None:
        self.approvals.move(approval_id, ApprovalStatus.REVERSED)
