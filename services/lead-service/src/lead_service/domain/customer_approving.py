"""What a customer decides about TAS 1-2 and 1-3; methods of ``Customer``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lead_service.domain.core_fields import (
    ASSESSMENT_FLOW,
    CORE_CHANGE_FLOW,
    VerificationStatus,
)
from lead_service.domain.errors import (
    ApprovalGranted,
    FieldsChangedMeanwhile,
    FormInvalid,
    NothingToChange,
)
from lead_service.domain.facts import differences, primitives
from lead_service.domain.requested_approval import RUNNING, ApprovalStatus
from opentas_shared.domain.errors import DomainError, RequirementsMissing, Violation
from opentas_shared.domain.ids import derived_id

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lead_service.domain.core_fields import CorePolicy
    from lead_service.domain.customer import Customer
    from lead_service.domain.requested_approval import RequestedApproval
    from opentas_shared.domain.time import Moment

VERIFIED = VerificationStatus.VERIFIED


def request_assessment(
    self: Customer, form: dict[str, Any], submitter_id: str, policy: CorePolicy, at: Moment
) -> None:
    """Ask for TAS 1-2: are the core fields true (R-22)? Not twice, and not when verified."""
    self.approvals.ensure_none_runs(ASSESSMENT_FLOW)
    if self.verification is VERIFIED and self.verified_by_approval is not None:
        raise ApprovalGranted(ASSESSMENT_FLOW, self.verified_by_approval)
    policy.ensure_assessable(primitives(self.facts))
    roles = policy.owner_roles(policy.owners)
    _request(self, ASSESSMENT_FLOW, form, submitter_id, at, {}, [], roles)


def request_core_change(
    self: Customer,
    changes: Mapping[str, Any],
    reason: str | None,
    submitter_id: str,
    policy: CorePolicy,
    at: Moment,
) -> None:
    """Ask for TAS 1-3: the changes are proposed, nothing of the customer changes yet (R-21).

    Several proposals may run at once. Raises ``RequirementsMissing`` (R-22) for a customer
    that is not verified.
    """
    self.ensure_core_change_possible()
    policy.ensure_proposable(changes)
    differing, previous = differences(primitives(self.facts), changes)
    if not differing:
        raise NothingToChange("The customer has these values already.")
    form = {"changes": differing, **({"reason": reason} if reason else {})}
    fields = sorted(differing)
    roles = policy.owner_roles(fields)
    _request(self, CORE_CHANGE_FLOW, form, submitter_id, at, previous, fields, roles)


def ensure_core_change_possible(self: Customer) -> None:
    """Raise ``RequirementsMissing`` (R-22) unless the core information is verified."""
    if self.verification is not VERIFIED:
        detail = f"The customer must be VERIFIED by {ASSESSMENT_FLOW}; it is {self.verification}."
        raise RequirementsMissing(
            f"{CORE_CHANGE_FLOW} changes verified core information.",
            violations=[Violation("STATE_REQUIRED", detail, rule="R-22")],
        )


def _request(
    self: Customer,
    flow: str,
    form: dict[str, Any],
    submitter_id: str,
    at: Moment,
    previous: dict[str, Any],
    changed_fields: list[str],
    owner_roles: list[str],
) -> None:
    request_no = self.approvals.next_no(flow)
    approval_id = str(derived_id("approval", self.id, flow, request_no))
    self.record(
        self.ApprovalRequested,
        at,
        approval_id,
        verification_status=_status_after(self, flow, ApprovalStatus.REQUESTED).value,
        flow=flow,
        request_no=request_no,
        form=form,
        submitter_id=submitter_id,
        previous=previous,
        pinned={"changed_fields": changed_fields, "owner_roles": owner_roles},
    )


def _status_after(self: Customer, flow: str, status: str) -> VerificationStatus:
    """The verification when a request of this flow gets this status; only TAS 1-2 moves it."""
    if flow != ASSESSMENT_FLOW:
        return self.verification
    if status in RUNNING:
        return VerificationStatus.IN_ASSESSMENT
    if status == ApprovalStatus.APPROVED:
        return VERIFIED
    if status == ApprovalStatus.REJECTED:
        return VerificationStatus.REJECTED
    if status == ApprovalStatus.REVERSED:
        return VerificationStatus.UNVERIFIED
    return self.verified_before


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
            verification_status=_status_after(self, known.flow, status).value,
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
        verification_status=_status_after(self, known.flow, outcome).value,
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
    after = _status_after(self, known.flow, ApprovalStatus.REVERSED)
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
