"""What an opportunity makes of the end of an approval; methods of ``Opportunity``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opportunity_service.domain.approving import known_request, looked_at
from opportunity_service.domain.effects.table import EFFECTS
from opportunity_service.domain.facts import OpportunityStatus
from opportunity_service.domain.requested_approval import ApprovalStatus
from opportunity_service.domain.staleness import without_stale

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.effects.effect import Content
    from opportunity_service.domain.facts import Facts
    from opportunity_service.domain.missing import Missing
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.policies import FlowPolicy
    from opportunity_service.domain.requested_approval import RequestedApproval
    from opportunity_service.domain.requirements import Circumstances

CLOSED = "OPPORTUNITY_CLOSED"
NOT_POSSIBLE = "NOT_POSSIBLE_ANY_MORE"


def record_result(
    self: Opportunity,
    approval_id: str,
    outcome: str,
    circumstances: Circumstances,
    at: Moment,
    form: dict[str, Any] | None = None,
) -> None:
    """Note the outcome and let it take effect, or take back the effect that it had.

    ``form`` is what was approved, where approvers may have changed it. Without effect for an
    opportunity closed meanwhile (§14.20) and for what is not possible any more.
    """
    known = known_request(self, approval_id)
    if outcome == ApprovalStatus.REVERSED:
        if known.status != ApprovalStatus.APPROVED and approval_id not in self.effects:
            return
    elif not known.running:
        return
    policy = circumstances.policies.flows.get(known.flow)
    if outcome == ApprovalStatus.APPROVED and approval_id not in self.effects:
        _approved(self, known, policy, form, circumstances, at)
        return
    grade = self.facts.strategic_grade
    facts = without_stale(self.facts, known.flow)
    taken = self.effects.get(approval_id)
    if taken is not None and outcome != ApprovalStatus.APPROVED:
        facts = EFFECTS[taken.kind].undone(facts, taken.content, circumstances)
    again = taken is not None and outcome == ApprovalStatus.APPROVED
    _result(self, known, outcome, facts, at, in_effect=again or _matters(self, policy))
    _tell_grade(self, grade, at)


def _approved(
    self: Opportunity,
    known: RequestedApproval,
    policy: FlowPolicy | None,
    form: dict[str, Any] | None,
    circumstances: Circumstances,
    at: Moment,
) -> None:
    facts = without_stale(self.facts, known.flow)
    if policy is None or not _matters(self, policy):
        _result(self, known, "APPROVED", facts, at, in_effect=False, reason_code=CLOSED)
        return
    asked = known.form if form is None else form
    content, wrong = looked_at(self, policy, asked, circumstances, at)
    if wrong:
        _result(
            self,
            known,
            "APPROVED",
            facts,
            at,
            in_effect=False,
            reason_code=NOT_POSSIBLE,
            wrong=wrong,
        )
        return
    _result(self, known, "APPROVED", facts, at, in_effect=True)
    if policy.effect is not None:
        _take(self, known, policy.effect, content, circumstances, at)


def _take(
    self: Opportunity,
    known: RequestedApproval,
    kind: str,
    content: Content,
    circumstances: Circumstances,
    at: Moment,
) -> None:
    effect, grade = EFFECTS[kind], self.facts.strategic_grade
    complete = effect.complete(self, content, known, circumstances, at)
    self.record(
        effect.EVENT,
        at,
        effect.facts(self.facts, complete, circumstances, at),
        approval_id=known.approval_id,
        flow=known.flow,
        kind=kind,
        content=complete,
    )
    _tell_grade(self, grade, at)


def _tell_grade(self: Opportunity, before: str, at: Moment) -> None:
    """Whoever follows the grades hears of it like of any other change of them."""
    if self.facts.strategic_grade != before:
        self.record(self.GradeChanged, at, self.facts, dimension="STRATEGIC", previous_grade=before)


def _matters(self: Opportunity, policy: FlowPolicy | None) -> bool:
    status = self.facts.status
    after_win = policy is not None and policy.possible_after_win
    return status == OpportunityStatus.OPEN or (status == OpportunityStatus.WON and after_win)


def _result(
    self: Opportunity,
    known: RequestedApproval,
    outcome: str,
    facts: Facts,
    at: Moment,
    *,
    in_effect: bool,
    reason_code: str | None = None,
    wrong: list[Missing] | None = None,
) -> None:
    self.record(
        self.ApprovalResultRecorded,
        at,
        facts,
        approval_id=known.approval_id,
        flow=known.flow,
        outcome=outcome,
        in_effect=in_effect,
        reason_code=reason_code,
        reason=" ".join(item.detail for item in wrong) if wrong else None,
        missing=[item.name for item in wrong or ()],
    )
