"""The opportunity: its state, how events evolve it, and what it decides (domain.md §4-6, §13)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeAlias

from opentas_shared.domain.aggregate import Aggregate, event
from opentas_shared.domain.errors import IllegalTransition
from opportunity_service.domain import (
    approval_events,
    approving,
    closing,
    events,
    moving,
    resulting,
    revising,
    staleness,
)
from opportunity_service.domain.effects import events as effects
from opportunity_service.domain.facts import Facts
from opportunity_service.domain.go_no_go import Answers, Question, answered_yes
from opportunity_service.domain.requested_approval import RequestedApproval, granted_of
from opportunity_service.domain.states import COMMANDS, NONE

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.effects.effect import Taken
    from opportunity_service.domain.opening import Opening
    from opportunity_service.domain.requirements import Circumstances

Mark: TypeAlias = tuple[str, datetime, str]
"""Topic, effective time and discriminator of an event, by which an import knows its own steps."""
QUESTIONS = frozenset(question.value for question in Question)


class Opportunity(Aggregate):
    """A lead confirmed to have deal potential, on its way through a stage model.

    Public methods decide: they raise named refusals or trigger one event. ``waived`` are the
    rules that an import waives; the legality of states is never waived (§14.17).
    """

    TOPIC: ClassVar[str] = "opportunity"

    Event: TypeAlias = events.OpportunityEvent
    Created: TypeAlias = events.Created
    Described: TypeAlias = events.Described
    StageAdvanced: TypeAlias = events.StageAdvanced
    StageReverted: TypeAlias = events.StageReverted
    AmountRevised: TypeAlias = events.AmountRevised
    ProbabilityRevised: TypeAlias = events.ProbabilityRevised
    CloseDateRevised: TypeAlias = events.CloseDateRevised
    OwnerChanged: TypeAlias = events.OwnerChanged
    GradeChanged: TypeAlias = events.GradeChanged
    PartnerLedChanged: TypeAlias = events.PartnerLedChanged
    ScopeRevised: TypeAlias = events.ScopeRevised
    GoNoGoAnswered: TypeAlias = events.GoNoGoAnswered
    ApprovalRequested: TypeAlias = approval_events.ApprovalRequested
    ApprovalProgressed: TypeAlias = approval_events.ApprovalProgressed
    ApprovalResultRecorded: TypeAlias = approval_events.ApprovalResultRecorded
    Initiated: TypeAlias = effects.Initiated
    ClassERegistered: TypeAlias = effects.ClassERegistered
    PresalesResourcesGranted: TypeAlias = effects.PresalesResourcesGranted
    Upgraded: TypeAlias = effects.Upgraded
    PresalesDispatched: TypeAlias = effects.PresalesDispatched
    PresalesHoursApproved: TypeAlias = effects.PresalesHoursApproved
    PlanApproved: TypeAlias = effects.PlanApproved
    PresalesTestGranted: TypeAlias = effects.PresalesTestGranted
    BidAllowed: TypeAlias = effects.BidAllowed
    DocumentsIssued: TypeAlias = effects.DocumentsIssued
    ScopeApproved: TypeAlias = effects.ScopeApproved
    Won: TypeAlias = events.Won
    Lost: TypeAlias = events.Lost
    Voided: TypeAlias = events.Voided
    ContractSigned: TypeAlias = events.ContractSigned

    # State and its evolution

    @event(Created)
    def __init__(self, name: str, description: str, facts: dict[str, Any]) -> None:
        self.facts = Facts(**facts)
        self.applied: set[Mark] = set()
        self.name = name
        self.description = description
        self.answers: Answers = {}
        self.approvals: dict[str, RequestedApproval] = {}
        self.effects: dict[str, Taken] = {}
        self.contract_no: str | None = None

    @event(Described)
    def _described(self, name: str, description: str) -> None:
        self.name, self.description = name, description

    @event(GoNoGoAnswered)
    def _answered(self, answers: Answers) -> None:
        self.answers = answers

    @event(ApprovalRequested)
    def _requested(
        self, approval_id: str, flow: str, request_no: int, form: dict[str, Any]
    ) -> None:
        self.approvals[approval_id] = RequestedApproval(
            approval_id, flow, request_no, "REQUESTED", form
        )

    @event(ApprovalProgressed)
    def _progressed(self, approval_id: str, status: str) -> None:
        self.approvals[approval_id] = replace(self.approvals[approval_id], status=status)

    @event(ApprovalResultRecorded)
    def _ended(self, approval_id: str, outcome: str, in_effect: bool) -> None:
        known = self.approvals[approval_id]
        self.approvals[approval_id] = replace(known, status=outcome, in_effect=in_effect)
        if outcome != "APPROVED":
            self.effects.pop(approval_id, None)

    @event(ContractSigned)
    def _signed(self, contract_no: str) -> None:
        self.contract_no = contract_no

    # What others ask of it

    def has(self, field: str) -> bool:
        """Whether a field that a stage may require is filled, a question answered yes."""
        if field in QUESTIONS:
            return answered_yes(self.answers, field)
        holder = self.facts if hasattr(self.facts, field) else self
        return getattr(holder, field) not in (None, "")

    def granted(self, flow: str) -> RequestedApproval | None:
        """The approval of this flow, when it was granted in time."""
        return granted_of(self.approvals.values(), flow)

    def effects_of(self, kind: str) -> list[str]:
        """The approvals whose effect of this kind holds, in the order in which they came."""
        return [id for id, taken in self.effects.items() if taken.kind == kind]

    def effect_lines(self, kind: str, name: str) -> list[dict[str, Any]]:
        """The lines ``name`` of all effects of this kind that hold."""
        return [
            line
            for taken in self.effects.values()
            if taken.kind == kind
            for line in taken.content[name]
        ]

    def legal_commands(self) -> list[str]:
        """The commands that the current status allows."""
        return [name for name, states in COMMANDS.items() if self.facts.status in states]

    def ensure_legal(self, command: str) -> None:
        """Raise ``IllegalTransition`` (409) unless the status allows the command."""
        if self.facts.status not in COMMANDS[command]:
            raise IllegalTransition(command, self.facts.status, self.legal_commands())

    # Decisions

    describe = revising.describe
    revise_amount = revising.revise_amount
    revise_probability = revising.revise_probability
    revise_close_date = revising.revise_close_date
    grade_strategically = revising.grade_strategically
    answer = revising.answer
    change_partner_led = revising.change_partner_led
    revise_scope = revising.revise_scope
    advance = moving.advance
    revert = moving.revert
    change_owner = moving.change_owner
    request_approval = approving.request_approval
    ensure_requestable = approving.ensure_requestable
    record_progress = approving.record_progress
    record_result = resulting.record_result
    go_stale = staleness.go_stale
    refresh = staleness.refresh
    win = closing.win
    lose = closing.lose
    void = closing.void
    sign_contract = closing.sign_contract

    @classmethod
    def open(
        cls,
        id: UUID,
        opening: Opening,
        circumstances: Circumstances,
        base_currency: str,
        at: Moment,
        waived: frozenset[str] = NONE,
    ) -> Self:
        """Open it in the first stage; rules that it breaks are recorded, not enforced (§14.20)."""
        facts = opening.facts(circumstances, base_currency, at, waived)
        return cls.create(
            Opportunity.Created,
            id,
            at,
            facts=facts.as_dict(),
            name=opening.name,
            description=opening.description,
            natural_key=opening.natural_key,
            stages=[stage.numbers() for stage in circumstances.model.stages],
            requested_stage_model=opening.requested_stage_model,
        )

    def record(
        self, event_class: type[events.OpportunityEvent], at: Moment, facts: Facts, **fields: Any
    ) -> None:
        """Trigger an event with the facts after it."""
        self.trigger(event_class, at, facts=facts.as_dict(), **fields)
