"""What becomes of a customer by the news of its approvals; methods of ``Customer``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lead_service.domain.approval_errors import FieldsChangedMeanwhile, FormInvalid
from lead_service.domain.core_fields import CORE_CHANGE_FLOW
from lead_service.domain.facts import primitives
from lead_service.domain.requested_approval import ApprovalStatus
from lead_service.domain.verification import ASSESSMENT_FLOW, status_after
from opentas_shared.domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lead_service.domain.core_fields import CorePolicy
    from lead_service.domain.customer import Customer
    from lead_service.domain.requested_approval import RequestedApproval
    from opentas_shared.domain.time import Moment


def record_progress(
    self: Customer,
    approval_id: str,
    status: str,
    at: Moment,
    reason_code: str | None = None,
    reason: str | None = None,
    missing: list[str] | None = None,
) -> None:
    """Note that an approval started, could not start, was returned or runs again.

    A change that was approved and reversed, and is sent again, is proposed for the values of now.
    """
    known = self.approvals.moving(approval_id, status)
    if known is not None:
        previous = self.proposals[approval_id]
        if not known.running:
            current = primitives(self.facts)
            previous = {name: current[name] for name in previous}
        self.record(
            self.ApprovalProgressed,
            at,
            approval_id,
            verification_status=status_after(self, known.flow, status).value,
            flow=known.flow,
            form=dict(known.form),
            submitter_id=known.submitter_id,
            previous=previous,
            status=status,
            reason_code=reason_code,
            reason=reason,
            missing=missing or [],
        )


def record_result(
    self: Customer,
    approval_id: str,
    outcome: str,
    form: Mapping[str, Any] | None,
    decided_by: str,
    policy: CorePolicy,
    at: Moment,
) -> None:
    """Note the outcome and what follows from it; ``form`` is what was approved.

    An approved change is applied, unless its fields changed meanwhile; the record then says so.
    Any other outcome leaves nothing of a proposal behind (A36).
    """
    known = self.approvals.get(approval_id)
    if not known.running:
        return
    approved = outcome == ApprovalStatus.APPROVED
    changes: dict[str, Any] = {}
    refusal: DomainError | None = None
    if approved and known.flow == CORE_CHANGE_FLOW:
        try:
            changes = _approved_changes(self, known, form or known.form, policy)
        except DomainError as error:
            refusal = error
    self.record(
        self.ApprovalResultRecorded,
        at,
        approval_id,
        verification_status=status_after(self, known.flow, outcome).value,
        flow=known.flow,
        outcome=outcome,
        in_effect=refusal is None,
        reason_code=refusal.code if refusal else None,
        reason=refusal.detail if refusal else None,
        decided_by=decided_by,
    )
    if known.flow == ASSESSMENT_FLOW and approved:
        self.record(self.InfoVerified, at, approval_id, verified_by=decided_by)
    elif known.flow == ASSESSMENT_FLOW and outcome == ApprovalStatus.REJECTED:
        self.record(self.InfoRejected, at, approval_id, rejected_by=decided_by)
    elif changes:
        current = primitives(self.facts)
        self.record(
            self.CoreFieldChanged,
            at,
            approval_id,
            facts=current | changes,
            changes=changes,
            previous={name: current[name] for name in changes},
        )


def _approved_changes(
    self: Customer, known: RequestedApproval, form: Mapping[str, Any], policy: CorePolicy
) -> dict[str, Any]:
    proposed = self.proposals[known.approval_id]
    changes = form.get("changes")
    if not isinstance(changes, dict) or changes.keys() != proposed.keys():
        raise FormInvalid(
            "changes", f"these fields were proposed to their owners: {', '.join(sorted(proposed))}"
        )
    policy.ensure_proposable(changes)
    current = primitives(self.facts)
    moved = sorted(name for name, before in proposed.items() if current[name] != before)
    if moved:
        raise FieldsChangedMeanwhile(moved)
    return changes


def record_reversal(self: Customer, approval_id: str, reversed_by: str, at: Moment) -> None:
    """Note that an approval was taken back.

    What TAS 1-2 verified is unverified again; a change of core fields is not undone by itself.
    """
    known = self.approvals.get(approval_id)
    if known.status != ApprovalStatus.APPROVED:
        return
    withdrawn = approval_id == self.verified_by_approval
    after = status_after(self, known.flow, ApprovalStatus.REVERSED)
    self.record(
        self.ApprovalReversed,
        at,
        approval_id,
        verification_status=(after if withdrawn else self.verification).value,
        flow=known.flow,
        reversed_by=reversed_by,
    )
    if withdrawn:
        self.record(self.VerificationWithdrawn, at, approval_id, withdrawn_by=reversed_by)
