"""What an opportunity decides about approvals; methods of ``Opportunity``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentas_shared.domain.errors import IllegalTransition, NotFound
from opentas_shared.domain.ids import derived_id
from opportunity_service.domain import requirements
from opportunity_service.domain.errors import (
    ApprovalGranted,
    ApprovalRunning,
    UnknownFlow,
)
from opportunity_service.domain.facts import OpportunityStatus
from opportunity_service.domain.requested_approval import RequestedApproval, running_of
from opportunity_service.domain.requirements import refuse
from opportunity_service.domain.states import NONE

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.requirements import Circumstances


def request_approval(
    self: Opportunity,
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
    _not_asked_before(self, flow, policy.repeatable)
    missing = requirements.to_request(self, policy, circumstances)
    refuse(f"The request of {flow}", missing, NONE)
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
    )
    return approval_id


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
    known = _known(self, approval_id)
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


def record_result(
    self: Opportunity, approval_id: str, outcome: str, circumstances: Circumstances, at: Moment
) -> None:
    """Note the outcome; for an opportunity closed meanwhile it is without effect (§14.20)."""
    known = _known(self, approval_id)
    if not known.running:
        return
    policy = circumstances.policies.flows.get(known.flow)
    status = self.facts.status
    after_win = policy is not None and policy.after_win
    self.record(
        self.ApprovalResultRecorded,
        at,
        self.facts,
        approval_id=approval_id,
        flow=known.flow,
        outcome=outcome,
        in_effect=status == OpportunityStatus.OPEN
        or (status == OpportunityStatus.WON and after_win),
    )


def _known(self: Opportunity, approval_id: str) -> RequestedApproval:
    known = self.approvals.get(approval_id)
    if known is None:
        raise NotFound("requested approval", approval_id)
    return known
