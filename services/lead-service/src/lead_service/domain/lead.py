"""The lead: a prospect with buying intent and contact information (domain.md §2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias

from lead_service.domain import lead_approving, lead_events
from lead_service.domain.creation import CREATION_FLOW
from lead_service.domain.errors import LeadAlreadyConverted
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
from opentas_shared.domain.ids import derived_id

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from uuid import UUID

    from lead_service.domain.classification import ClassificationPolicy
    from lead_service.domain.creation import CreationPolicy
    from lead_service.domain.opening import Opening
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
        self._needs(LeadCommand.CHANGE)
        changes, previous = differences(primitives(self.facts), wanted)
        if changes:
            self.record(Lead.FactsChanged, at, changes=changes, previous=previous)

    def classify(self, policy: ClassificationPolicy, at: Moment) -> None:
        """Classify by policy, as of the moment of the command (R-05, R-06).

        Raises ``RequirementsMissing`` with the facts that the policy still needs.
        """
        self._needs(LeadCommand.CLASSIFICATION)
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
        self._needs(LeadCommand.CLASSIFICATION)
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
        self._needs(LeadCommand.ASSIGNMENT)
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
        self._needs(LeadCommand.QUALIFICATION)
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
        self._needs(LeadCommand.DISCARD)
        self.record(Lead.Discarded, at, reason=reason, reason_text=reason_text)

    def convert(
        self,
        opening: Opening,
        converted_by: str,
        policy: CreationPolicy,
        at: Moment,
        *,
        waived: Collection[str] = NOTHING,
    ) -> None:
        """Open an opportunity by hand, once (R-01 to R-04); ownership moves to sales (R-07).

        Raises ``LeadAlreadyConverted``, ``RequirementsMissing`` with every broken rule,
        ``IllegalTransition`` where no rule is broken but the lead is not qualified, or
        ``ApprovalRunning`` while a TAS 1-1 is to decide.
        """
        self.ensure_convertible(policy, waived, by_hand=True)
        self.approvals.ensure_none_runs(CREATION_FLOW)
        self.open(opening, converted_by, at, waived)

    request_approval = lead_approving.request_approval
    record_progress = lead_approving.record_progress
    record_result = lead_approving.record_result
    record_reversal = lead_approving.record_reversal

    def ensure_convertible(
        self,
        policy: CreationPolicy,
        waived: Collection[str] = NOTHING,
        *,
        by_hand: bool = False,
    ) -> None:
        """Raise the refusal of a conversion now, if there is one."""
        if self.opportunity_id is not None:
            raise LeadAlreadyConverted(self.id, self.opportunity_id)
        if self.status is LeadStatus.DISCARDED:
            self._needs(LeadCommand.CONVERSION)
        broken = policy.against_conversion(
            self.criteria, self.classification, self.facts.solution_fit, waived, by_hand=by_hand
        )
        if broken:
            raise RequirementsMissing(
                "The lead cannot become an opportunity yet.", violations=broken
            )
        self._needs(LeadCommand.CONVERSION)

    def ensure_unlocked(self, command: LeadCommand, policy: CreationPolicy) -> None:
        """Raise ``ApprovalRunning`` (409) for a command that a running TAS 1-1 locks (A35)."""
        if command in policy.locked_in_approval:
            self.approvals.ensure_none_runs(CREATION_FLOW)

    def open(
        self, opening: Opening, converted_by: str, at: Moment, waived: Collection[str] = NOTHING
    ) -> None:
        """Become the opportunity, whose rules were checked."""
        self.record(
            Lead.Converted,
            at,
            opportunity_id=str(derived_id("opportunity", self.id)),
            previous_owner_id=self.owner_id,
            converted_by=converted_by,
            waived=sorted(waived),
            **opening.recorded(self.facts),
        )

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

    def _needs(self, command: LeadCommand) -> None:
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
