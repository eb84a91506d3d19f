"""The opportunity: its events, its state, what it decides (domain.md §4-6, §13)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from opentas_shared.domain.aggregate import Aggregate, AggregateEvent, CreatedEvent, event
from opentas_shared.domain.errors import IllegalTransition, NotFound, RuleBroken
from opentas_shared.domain.ids import derived_id
from opportunity_service.domain import requirements
from opportunity_service.domain.approvals import RequestedApproval, granted_of, running_of
from opportunity_service.domain.errors import (
    ApprovalGranted,
    ApprovalRunning,
    MovingBackNotAllowed,
    UnknownFlow,
    WrongDirection,
)
from opportunity_service.domain.facts import Facts, OpportunityStatus
from opportunity_service.domain.go_no_go import Question, answered_yes
from opportunity_service.domain.reasons import accept
from opportunity_service.domain.requirements import Circumstances, refuse

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from opentas_shared.domain.money import Money
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.go_no_go import Answers
    from opportunity_service.domain.opening import Opening

Mark = tuple[str, datetime, str]
"""Topic, effective time and discriminator of an event, by which an import knows its own steps."""
QUESTIONS = frozenset(question.value for question in Question)
NONE: frozenset[str] = frozenset()
COMMANDS: Mapping[str, frozenset[str]] = {
    "change": frozenset({"OPEN", "WON"}),
    "stage-advancement": frozenset({"OPEN"}),
    "stage-reversal": frozenset({"OPEN"}),
    "amount-revision": frozenset({"OPEN"}),
    "probability-revision": frozenset({"OPEN"}),
    "close-date-revision": frozenset({"OPEN"}),
    "owner-change": frozenset({"OPEN", "WON"}),
    "strategic-grading": frozenset({"OPEN"}),
    "go-no-go": frozenset({"OPEN"}),
    "approval-requests": frozenset({"OPEN", "WON"}),
    "win": frozenset({"OPEN"}),
    "loss": frozenset({"OPEN"}),
    "void": frozenset({"OPEN"}),
    "contract-signature": frozenset({"WON"}),
}
"""The states in which each command, named as in the API, is legal; what else it needs are rules."""


def price(amount: dict[str, Any] | None) -> str:
    """An amount with its currency and rate as one text."""
    return "" if amount is None else "{amount_minor} {currency} {rate}".format(**amount)


class Opportunity(Aggregate):
    """A lead confirmed to have deal potential, on its way through a stage model.

    Public methods decide: they raise named refusals or trigger one event. ``waived`` are the
    rules that an import waives; the legality of states is never waived (§14.17).
    """

    TOPIC = "opportunity"

    class Event(AggregateEvent):
        """A change; ``facts`` is the snapshot after it."""

        TOPIC: ClassVar[str]
        facts: dict[str, Any]

        def apply(self, aggregate: Any) -> None:
            """Take over the facts; handlers of single events do the rest."""
            aggregate.facts = Facts(**self.facts)
            aggregate.applied.add((self.TOPIC, self.timestamp, self.discriminator()))

        def discriminator(self) -> str:
            """What tells two events of one kind at one instant apart, for imports."""
            return ""

    class Created(Event, CreatedEvent):
        """It was opened, by a conversion or directly; ``stages`` are the model's numbers."""

        TOPIC = "opportunity.opened"
        name: str
        description: str
        natural_key: str | None
        stages: list[dict[str, Any]]
        requested_stage_model: str | None

    class Described(Event):
        """Its name or description was changed."""

        TOPIC = "opportunity.described"
        name: str
        description: str

    class StageAdvanced(Event):
        """It moved up; ``skipped`` are the stages in between."""

        TOPIC = "opportunity.stage_advanced"
        from_stage: str
        to_stage: str
        skipped: list[str]

        def discriminator(self) -> str:
            """The new value."""
            return self.to_stage

    class StageReverted(Event):
        """It moved back."""

        TOPIC = "opportunity.stage_reverted"
        from_stage: str
        to_stage: str
        reason: str

        def discriminator(self) -> str:
            """The new value."""
            return self.to_stage

    class AmountRevised(Event):
        """Its amount was revised, with the rate of the day."""

        TOPIC = "opportunity.amount_revised"
        previous_amount: dict[str, Any] | None

        def discriminator(self) -> str:
            """The new value."""
            return price(self.facts["amount"])

    class ProbabilityRevised(Event):
        """A manual win probability was set, or given up for the stage's default."""

        TOPIC = "opportunity.probability_revised"
        previous_win_probability: int | None

    class CloseDateRevised(Event):
        """The expected close date was revised."""

        TOPIC = "opportunity.close_date_revised"
        previous_close_date: str | None

    class OwnerChanged(Event):
        """It was handed to another owner."""

        TOPIC = "opportunity.owner_changed"
        previous_owner_id: str
        reason: str

        def discriminator(self) -> str:
            """The new value."""
            return str(self.facts["owner_id"])

    class GradeChanged(Event):
        """Its strategic grade was set; the other two grades follow amount and probability."""

        TOPIC = "opportunity.grade_changed"
        dimension: str
        previous_grade: str

    class GoNoGoAnswered(Event):
        """Hidden-line questions were answered; ``answers`` holds all that are known."""

        TOPIC = "opportunity.go_no_go_answered"
        answers: dict[str, dict[str, Any]]

    class ApprovalRequested(Event):
        """An approval was asked for."""

        TOPIC = "opportunity.approval_requested"
        approval_id: str
        flow: str
        request_no: int
        form: dict[str, Any]
        submitter_id: str

    class ApprovalProgressed(Event):
        """The approval started, did not start (and why), was returned or is running again."""

        TOPIC = "opportunity.approval_progressed"
        approval_id: str
        flow: str
        status: str
        reason_code: str | None
        reason: str | None
        missing: list[str]

    class ApprovalResultRecorded(Event):
        """The approval ended; ``in_effect`` is false when the opportunity was closed by then."""

        TOPIC = "opportunity.approval_result_recorded"
        approval_id: str
        flow: str
        outcome: str
        in_effect: bool

    class Won(Event):
        """The customer decided for us."""

        TOPIC = "opportunity.won"

    class Lost(Event):
        """The customer decided otherwise."""

        TOPIC = "opportunity.lost"
        reason: str
        reason_text: str

    class Voided(Event):
        """It never was real, or is a duplicate."""

        TOPIC = "opportunity.voided"
        reason: str
        reason_text: str

    class ContractSigned(Event):
        """The written contract was signed (R-30); ``signed_on`` is its date."""

        TOPIC = "opportunity.contract_signed"
        contract_no: str
        signed_on: str

    # State and its evolution

    @event(Created)
    def __init__(self, name: str, description: str, facts: dict[str, Any]) -> None:
        self.facts = Facts(**facts)
        self.applied: set[Mark] = set()
        self.name = name
        self.description = description
        self.answers: Answers = {}
        self.approvals: dict[str, RequestedApproval] = {}
        self.contract_no: str | None = None

    @event(Described)
    def _described(self, name: str, description: str) -> None:
        self.name, self.description = name, description

    @event(GoNoGoAnswered)
    def _answered(self, answers: Answers) -> None:
        self.answers = answers

    @event(ApprovalRequested)
    def _requested(self, approval_id: str, flow: str, request_no: int) -> None:
        self.approvals[approval_id] = RequestedApproval(approval_id, flow, request_no, "REQUESTED")

    @event(ApprovalProgressed)
    def _progressed(self, approval_id: str, status: str) -> None:
        self._approval(approval_id, status, True)

    @event(ApprovalResultRecorded)
    def _ended(self, approval_id: str, outcome: str, in_effect: bool) -> None:
        self._approval(approval_id, outcome, in_effect)

    @event(ContractSigned)
    def _signed(self, contract_no: str) -> None:
        self.contract_no = contract_no

    def _approval(self, approval_id: str, status: str, in_effect: bool) -> None:
        known = self.approvals[approval_id]
        self.approvals[approval_id] = RequestedApproval(
            approval_id, known.flow, known.request_no, status, in_effect
        )

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

    def legal_commands(self) -> list[str]:
        """The commands that the current status allows."""
        return [name for name, states in COMMANDS.items() if self.facts.status in states]

    def ensure_legal(self, command: str) -> None:
        """Raise ``IllegalTransition`` (409) unless the status allows the command."""
        if self.facts.status not in COMMANDS[command]:
            raise IllegalTransition(command, self.facts.status, self.legal_commands())

    # Decisions

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

    def describe(self, name: str | None, description: str | None, at: Moment) -> None:
        """Change name or description; ``None`` leaves it."""
        self.ensure_legal("change")
        name = self.name if name is None else name
        description = self.description if description is None else description
        if (name, description) != (self.name, self.description):
            self._record(Opportunity.Described, at, self.facts, name=name, description=description)

    def advance(
        self,
        to_stage: str | None,
        circumstances: Circumstances,
        at: Moment,
        waived: frozenset[str] = NONE,
    ) -> None:
        """Move up, to the next stage by default (R-10, R-12, R-18, R-23)."""
        self.ensure_legal("stage-advancement")
        model, before = circumstances.model, self.facts.stage
        target = model.after(before) if to_stage is None else model.stage(to_stage)
        if target is None:
            raise WrongDirection(f"{before} is the last stage of {model.code}.")
        if target.order <= model.stage(before).order:
            raise WrongDirection(f"{target.code} does not come after {before}.")
        missing = requirements.to_advance(self, target.code, circumstances)
        refuse(f"The move to {target.code}", missing, waived)
        self._record(
            Opportunity.StageAdvanced,
            at,
            self._in_stage(target.code, circumstances).changed(blocking_rules=[]),
            from_stage=before,
            to_stage=target.code,
            skipped=[stage.code for stage in model.passed(before, target.code)[1:]],
        )

    def revert(self, to_stage: str, reason: str, circumstances: Circumstances, at: Moment) -> None:
        """Move back to an earlier stage, where the policy allows it (C17)."""
        self.ensure_legal("stage-reversal")
        if not circumstances.policies.moving_back:
            raise MovingBackNotAllowed(
                "Open opportunities do not move back here.", policy="moving_back.open"
            )
        model, before = circumstances.model, self.facts.stage
        target = model.stage(to_stage)
        if target.order >= model.stage(before).order:
            raise WrongDirection(f"{target.code} does not come before {before}.")
        self._record(
            Opportunity.StageReverted,
            at,
            self._in_stage(target.code, circumstances),
            from_stage=before,
            to_stage=target.code,
            reason=reason,
        )

    def revise_amount(
        self,
        amount: Money | None,
        circumstances: Circumstances,
        at: Moment,
        waived: frozenset[str] = NONE,
    ) -> None:
        """Set the amount; an owner who may not own the new grade blocks the next stage move."""
        self.ensure_legal("amount-revision")
        facts = self.facts.with_amount(amount, circumstances.policies.grading)
        facts = facts.changed(blocking_rules=self._broken(facts, circumstances, waived))
        self._record(Opportunity.AmountRevised, at, facts, previous_amount=self.facts.amount)

    def revise_probability(
        self, win_probability: int | None, circumstances: Circumstances, at: Moment
    ) -> None:
        """Set a manual win probability in per cent; ``None`` goes back to automatic (M29)."""
        self.ensure_legal("probability-revision")
        facts = self.facts.with_probability(
            self.facts.stage_win_probability, win_probability, circumstances.policies.grading
        )
        self._record(
            Opportunity.ProbabilityRevised,
            at,
            facts,
            previous_win_probability=self.facts.win_probability,
        )

    def revise_close_date(self, expected_close_date: str | None, at: Moment) -> None:
        """Set the expected close date (ISO 8601), or take it away."""
        self.ensure_legal("close-date-revision")
        self._record(
            Opportunity.CloseDateRevised,
            at,
            self.facts.changed(expected_close_date=expected_close_date),
            previous_close_date=self.facts.expected_close_date,
        )

    def change_owner(
        self,
        owner_id: str,
        reason: str,
        circumstances: Circumstances,
        at: Moment,
        waived: frozenset[str] = NONE,
    ) -> None:
        """Hand it to another owner, who must be entitled to its amount grade (R-10)."""
        self.ensure_legal("owner-change")
        if owner_id == self.facts.owner_id:
            return
        facts = self.facts.changed(owner_id=owner_id)
        broken = requirements.owner_entitled(
            owner_id, facts.amount_grade, circumstances.owner_posts, circumstances.policies
        )
        if broken and "R-10" not in waived:
            raise RuleBroken(broken[0].detail, rule="R-10")
        self._record(
            Opportunity.OwnerChanged,
            at,
            facts.changed(blocking_rules=[]),
            previous_owner_id=self.facts.owner_id,
            reason=reason,
        )

    def grade_strategically(self, grade: str, at: Moment) -> None:
        """Set the strategic grade, independent of the other two (R-08)."""
        self.ensure_legal("strategic-grading")
        before = self.facts.strategic_grade
        if grade != before:
            facts = self.facts.changed(strategic_grade=grade)
            self._record(
                Opportunity.GradeChanged,
                at,
                facts,
                dimension="STRATEGIC",
                previous_grade=before,
            )

    def answer(self, answers: Answers, at: Moment) -> None:
        """Answer some of the hidden-line questions; earlier answers to others stay."""
        self.ensure_legal("go-no-go")
        merged = {**self.answers, **answers}
        if merged != self.answers:
            self._record(Opportunity.GoNoGoAnswered, at, self.facts, answers=merged)

    def request_approval(
        self,
        flow: str,
        form: dict[str, Any],
        submitter_id: str,
        circumstances: Circumstances,
        at: Moment,
    ) -> str:
        """Ask for an approval and return its id (R-11, R-12, R-20); not twice while one runs."""
        self.ensure_legal("approval-requests")
        policy = circumstances.policies.flows.get(flow)
        if policy is None:
            raise UnknownFlow(flow, list(circumstances.policies.flows))
        if self.facts.status == OpportunityStatus.WON and not policy.after_win:
            raise IllegalTransition(f"approval-requests of {flow}", self.facts.status)
        self._not_asked_before(flow, policy.repeatable)
        missing = requirements.to_request(self, policy, circumstances)
        refuse(f"The request of {flow}", missing, NONE)
        request_no = 1 + sum(known.flow == flow for known in self.approvals.values())
        approval_id = str(derived_id("approval", self.id, flow, request_no))
        self._record(
            Opportunity.ApprovalRequested,
            at,
            self.facts,
            approval_id=approval_id,
            flow=flow,
            request_no=request_no,
            form=form,
            submitter_id=submitter_id,
        )
        return approval_id

    def _not_asked_before(self, flow: str, repeatable: bool) -> None:
        running = running_of(self.approvals.values(), flow)
        if running is not None:
            raise ApprovalRunning(flow, running.approval_id)
        granted = self.granted(flow)
        if granted is not None and not repeatable:
            raise ApprovalGranted(flow, granted.approval_id)

    def record_progress(
        self,
        approval_id: str,
        status: str,
        at: Moment,
        reason_code: str | None = None,
        reason: str | None = None,
        missing: list[str] | None = None,
    ) -> None:
        """Note that an approval started, could not start, was returned or runs again."""
        known = self._known(approval_id)
        if known.running and known.status != status:
            self._record(
                Opportunity.ApprovalProgressed,
                at,
                self.facts,
                approval_id=approval_id,
                flow=known.flow,
                status=status,
                reason_code=reason_code,
                reason=reason,
                missing=missing or [],
            )

    def record_result(
        self, approval_id: str, outcome: str, circumstances: Circumstances, at: Moment
    ) -> None:
        """Note the outcome; for an opportunity closed meanwhile it is without effect (§14.20)."""
        known = self._known(approval_id)
        if not known.running:
            return
        policy = circumstances.policies.flows.get(known.flow)
        status = self.facts.status
        after_win = policy is not None and policy.after_win
        self._record(
            Opportunity.ApprovalResultRecorded,
            at,
            self.facts,
            approval_id=approval_id,
            flow=known.flow,
            outcome=outcome,
            in_effect=status == OpportunityStatus.OPEN
            or (status == OpportunityStatus.WON and after_win),
        )

    def _known(self, approval_id: str) -> RequestedApproval:
        known = self.approvals.get(approval_id)
        if known is None:
            raise NotFound("requested approval", approval_id)
        return known

    def win(self, circumstances: Circumstances, at: Moment, waived: frozenset[str] = NONE) -> None:
        """Win it, from any open stage; what the model asks for before are rules (§14.17)."""
        self.ensure_legal("win")
        refuse("The win", requirements.to_win(self, circumstances), waived)
        self._record(Opportunity.Won, at, self.facts.changed(status="WON", blocking_rules=[]))

    def lose(self, reason: str, text: str, circumstances: Circumstances, at: Moment) -> None:
        """Close it as lost for one of the configured reasons (C20)."""
        self.ensure_legal("loss")
        own = circumstances.model.loss_reasons
        accept(own if own is not None else circumstances.policies.loss_reasons, reason, text)
        facts = self.facts.changed(status="LOST", blocking_rules=[])
        self._record(Opportunity.Lost, at, facts, reason=reason, reason_text=text)

    def void(self, reason: str, text: str, circumstances: Circumstances, at: Moment) -> None:
        """Close it as invalid; it counts in no win rate (§14.12)."""
        self.ensure_legal("void")
        accept(circumstances.policies.void_reasons, reason, text)
        facts = self.facts.changed(status="VOID", blocking_rules=[])
        self._record(Opportunity.Voided, at, facts, reason=reason, reason_text=text)

    def sign_contract(
        self,
        contract_no: str,
        signed_on: str,
        circumstances: Circumstances,
        at: Moment,
        waived: frozenset[str] = NONE,
    ) -> None:
        """Record the written contract (R-30), once, after an approved TAS 7-1 (R-20)."""
        self.ensure_legal("contract-signature")
        if self.contract_no is not None:
            raise IllegalTransition("contract-signature", "SIGNED")
        refuse("The signature", requirements.to_sign(self, circumstances), waived)
        if not contract_no.strip():
            raise RuleBroken("Only a written contract with a number is signed.", rule="R-30")
        self._record(
            Opportunity.ContractSigned,
            at,
            self.facts,
            contract_no=contract_no,
            signed_on=signed_on,
        )

    # Shared by the decisions

    def _record(
        self, event_class: type[Opportunity.Event], at: Moment, facts: Facts, **fields: Any
    ) -> None:
        self.trigger(event_class, at, facts=facts.as_dict(), **fields)

    def _in_stage(self, stage: str, circumstances: Circumstances) -> Facts:
        return self.facts.changed(stage=stage).with_probability(
            circumstances.model.stage(stage).win_probability,
            self.facts.manual_win_probability,
            circumstances.policies.grading,
        )

    def _broken(
        self, facts: Facts, circumstances: Circumstances, waived: frozenset[str]
    ) -> list[str]:
        broken = requirements.owner_entitled(
            facts.owner_id, facts.amount_grade, circumstances.owner_posts, circumstances.policies
        )
        return [item.rule for item in broken if item.rule not in waived]
