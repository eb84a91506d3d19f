"""What a lead decides about TAS 1-1, by which it becomes an opportunity; methods of ``Lead``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lead_service.domain.creation import CREATION_FLOW
from lead_service.domain.requested_approval import ApprovalStatus
from lead_service.domain.states import OPEN
from opentas_shared.domain.errors import DomainError
from opentas_shared.domain.ids import derived_id

if TYPE_CHECKING:
    from lead_service.domain.creation import CreationPolicy
    from lead_service.domain.lead import Lead
    from lead_service.domain.opening import Opening
    from lead_service.domain.states import LeadCommand
    from opentas_shared.domain.time import Moment


def request_approval(
    self: Lead,
    opening: Opening,
    reason: str | None,
    submitter_id: str,
    customer_verification: str | None,
    policy: CreationPolicy,
    at: Moment,
) -> None:
    """Ask for TAS 1-1 to open this opportunity; not twice while one runs.

    Raises what a conversion would raise (R-01 to R-04), or ``ApprovalRunning``.
    """
    self.ensure_convertible(policy)
    self.approvals.ensure_none_runs(CREATION_FLOW)
    request_no = self.approvals.next_no(CREATION_FLOW)
    form = opening.as_form(self.facts)
    self.record(
        self.ApprovalRequested,
        at,
        approval_id=str(derived_id("approval", self.id, CREATION_FLOW, request_no)),
        flow=CREATION_FLOW,
        request_no=request_no,
        form=form | ({"reason": reason} if reason else {}),
        submitter_id=submitter_id,
        pinned=_pinned(self, opening, customer_verification),
    )


def _pinned(lead: Lead, opening: Opening, customer_verification: str | None) -> dict[str, Any]:
    return {
        "name": lead.facts.title,
        "source": lead.origin.source,
        "classification": lead.classification,
        "scale": lead.facts.scale,
        "customer_importance": lead.facts.customer_importance,
        "solution_fit": lead.facts.solution_fit,
        "owner_id": lead.owner_id,
        "new_owner_id": opening.owner_id,
        "customer_verification": customer_verification,
        "base_amount_minor": opening.amount.base_minor if opening.amount else None,
        "win_probability": opening.win_probability,
        "strategic_grade": opening.strategic_grade,
        "stage_model": opening.stage_model,
    }


def ensure_unlocked(self: Lead, command: LeadCommand, policy: CreationPolicy) -> None:
    """Raise ``ApprovalRunning`` (409) for a command that a running TAS 1-1 locks (A35)."""
    if command in policy.locked_in_approval:
        self.approvals.ensure_none_runs(CREATION_FLOW)


def record_progress(
    self: Lead,
    approval_id: str,
    status: str,
    at: Moment,
    reason_code: str | None = None,
    reason: str | None = None,
    missing: list[str] | None = None,
) -> None:
    """Note that the approval started, could not start, was returned or runs again."""
    known = self.approvals.moving(approval_id, status)
    if known is not None:
        self.record(
            self.ApprovalProgressed,
            at,
            approval_id=approval_id,
            flow=known.flow,
            status=status,
            reason_code=reason_code,
            reason=reason,
            missing=missing or [],
        )


def record_result(
    self: Lead,
    approval_id: str,
    outcome: str,
    approved: Opening | DomainError | None,
    decided_by: str,
    policy: CreationPolicy,
    at: Moment,
) -> None:
    """Note the outcome; an approval converts the lead into what was approved.

    ``approved`` is that opportunity, or why it cannot be opened. A result is without effect, and
    says why, where a rule does not hold any more or the lead has ended meanwhile (§14.20).
    """
    known = self.approvals.get(approval_id)
    if not known.running:
        return
    opening, refusal = _decided(self, approved, policy)
    ended = self.status not in OPEN
    self.record(
        self.ApprovalResultRecorded,
        at,
        approval_id=approval_id,
        flow=known.flow,
        outcome=outcome,
        in_effect=not ended and refusal is None,
        reason_code=refusal.code if refusal else None,
        reason=refusal.detail if refusal else None,
        decided_by=decided_by,
    )
    if opening is not None:
        self.open(opening, known.submitter_id, at)


def _decided(
    lead: Lead, approved: Opening | DomainError | None, policy: CreationPolicy
) -> tuple[Opening | None, DomainError | None]:
    if approved is None:
        return None, None
    if isinstance(approved, DomainError):
        return None, approved
    try:
        lead.ensure_convertible(policy)
    except DomainError as refusal:
        return None, refusal
    return approved, None


def record_reversal(self: Lead, approval_id: str, reversed_by: str, at: Moment) -> None:
    """Note that an approval was taken back; the opportunity stays open."""
    known = self.approvals.get(approval_id)
    if known.status == ApprovalStatus.APPROVED:
        self.record(
            self.ApprovalReversed,
            at,
            approval_id=approval_id,
            flow=known.flow,
            reversed_by=reversed_by,
        )
