"""Approvals whose watched facts have moved (D4); methods of ``Opportunity``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opportunity_service.domain.approving import known_request
from opportunity_service.domain.facts import OpportunityStatus
from opportunity_service.domain.requested_approval import ApprovalStatus

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.facts import Facts
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.requested_approval import RequestedApproval


def without_stale(facts: Facts, flow: str) -> Facts:
    """The facts in which a flow is not to be approved again."""
    return facts.changed(stale_flows=[each for each in facts.stale_flows if each != flow])


def go_stale(self: Opportunity, approval_id: str, at: Moment) -> None:
    """What was approved has changed: the gate is closed until it is approved again (D4)."""
    known = known_request(self, approval_id)
    alive = self.facts.status in (OpportunityStatus.OPEN, OpportunityStatus.WON)
    if alive and known.status == ApprovalStatus.APPROVED and known.in_effect:
        flows = sorted({*self.facts.stale_flows, known.flow})
        _progress(self, known, ApprovalStatus.STALE, self.facts.changed(stale_flows=flows), at)


def refresh(self: Opportunity, approval_id: str, at: Moment) -> None:
    """The watched facts are again what was approved: it holds as it was given (D4)."""
    known = known_request(self, approval_id)
    if known.running and known.flow in self.facts.stale_flows:
        _progress(self, known, ApprovalStatus.APPROVED, without_stale(self.facts, known.flow), at)


def _progress(
    self: Opportunity, known: RequestedApproval, status: str, facts: Facts, at: Moment
) -> None:
    self.record(
        self.ApprovalProgressed,
        at,
        facts,
        approval_id=known.approval_id,
        flow=known.flow,
        status=str(status),
        reason_code=None,
        reason=None,
        missing=[],
    )
