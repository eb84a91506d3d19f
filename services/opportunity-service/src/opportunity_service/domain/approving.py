"""What an opportunity decides about approvals; methods of ``Opportunity``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentas_shared.domain.errors import IllegalTransition, NotFound
from opentas_shared.domain.ids import derived_id
from opentas_shared.domain.requested_approvals import ApprovalGranted, ApprovalRunning
from opportunity_service.domain import requirements
from opportunity_service.domain.effects.form import Form
from opportunity_service.domain.effects.table import EFFECTS
from opportunity_service.domain.errors import UnknownFlow
from opportunity_service.domain.facts import OpportunityStatus
from opportunity_service.domain.missing import refuse
from opportunity_service.domain.requested_approval import RequestedApproval, running_of
from opportunity_service.domain.states import NONE

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.effects.effect import Content
    from opportunity_service.domain.missing import Missing
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.policies import FlowPolicy
    from opportunity_service.domain.requirements import Circumstances


def request_approval(
    self: Opportunity,
    flow: str,
    form: dict[str, Any],
    submitter_id: str,
    circumstances: Circumstances,
    at: Moment,
) -> str:
    """Ask for an approval and return its id (domain.md §6); not twice while one runs.

    Raises ``RequirementsMissing`` (422) with everything that is missing, each with its rule.
    """
    policy, missing = _needs(self, flow, circumstances, at)
    content, wrong = looked_at(self, policy, form, circumstances, at)
    refuse(f"The request of {flow}", missing + wrong, NONE)
    request_no = 1 + sum(known.flow == flow for known in self.approvals.values())
    approval_id = str(derived_id("approval", self.id, flow, request_no))
    self.record(
        self.ApprovalRequested,
        at,
        self.facts,
        approval_id=approval_id,
        flow=flow,
        request_no=request_no,
        form=form,
        submitter_id=submitter_id,
        figures=EFFECTS[policy.effect].figures(content) if policy.effect else {},
        name=self.name,
    )
    return approval_id


def ensure_requestable(
    self: Opportunity, flow: str, circumstances: Circumstances, at: Moment
) -> None:
    """Refuse what ``request_approval`` would refuse whatever its form says."""
    _, missing = _needs(self, flow, circumstances, at)
    refuse(f"The request of {flow}", missing, NONE)


def _needs(
    self: Opportunity, flow: str, circumstances: Circumstances, at: Moment
) -> tuple[FlowPolicy, list[Missing]]:
    self.ensure_legal("approval-requests")
    policy = circumstances.policies.flows.get(flow)
    if policy is None:
        raise UnknownFlow(flow, list(circumstances.policies.flows))
    if self.facts.status == OpportunityStatus.WON and not policy.possible_after_win:
        raise IllegalTransition(f"approval-requests of {flow}", self.facts.status)
    _not_asked_before(self, flow, policy.repeatable)
    return policy, requirements.to_request(self, policy, circumstances, at)


def looked_at(
    self: Opportunity,
    policy: FlowPolicy,
    form: dict[str, Any],
    circumstances: Circumstances,
    at: Moment,
) -> tuple[Content, list[Missing]]:
    """What the form says as far as the rules need it, and what speaks against it."""
    if policy.effect is None:
        return {}, []
    effect, reader = EFFECTS[policy.effect], Form(form)
    content = effect.read(reader)
    wrong = reader.faults or effect.obstacles(self, content, circumstances, at)
    return content, list(wrong)


def _not_asked_before(self: Opportunity, flow: str, repeatable: bool) -> None:
    running = running_of(self.approvals.values(), flow)
    if running is not None:
        raise ApprovalRunning(flow, running.approval_id)
    granted = self.granted(flow)
    if granted is not None and not repeatable:
        raise ApprovalGranted(flow, granted.approval_id)


def record_progress(
    self: Opportunity,
    approval_id: str,
    status: str,
    at: Moment,
    reason_code: str | None = None,
    reason: str | None = None,
    missing: list[str] | None = None,
) -> None:
    """Note that an approval started, could not start, was returned or runs again."""
    known = known_request(self, approval_id)
    if known.running and known.status != status:
        self.record(
            self.ApprovalProgressed,
            at,
            self.facts,
            approval_id=approval_id,
            flow=known.flow,
            status=status,
            reason_code=reason_code,
            reason=reason,
            missing=missing or [],
        )


def known_request(self: Opportunity, approval_id: str) -> RequestedApproval:
    """The request. Raises ``NotFound`` (404)."""
    known = self.approvals.get(approval_id)
    if known is None:
        raise NotFound("requested approval", approval_id)
    return known
