"""What a customer can be asked for by TAS 1-2 and 1-3; methods of ``Customer``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lead_service.domain.approval_errors import NothingToChange
from lead_service.domain.core_fields import CORE_CHANGE_FLOW
from lead_service.domain.facts import differences, primitives
from lead_service.domain.requested_approval import ApprovalStatus
from lead_service.domain.verification import ASSESSMENT_FLOW, VerificationStatus, status_after
from opentas_shared.domain.errors import RequirementsMissing, Violation
from opentas_shared.domain.ids import derived_id
from opentas_shared.domain.requested_approvals import ApprovalGranted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lead_service.domain.core_fields import CorePolicy
    from lead_service.domain.customer import Customer
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
        verification_status=status_after(self, flow, ApprovalStatus.REQUESTED).value,
        flow=flow,
        request_no=request_no,
        form=form,
        submitter_id=submitter_id,
        previous=previous,
        pinned={"changed_fields": changed_fields, "owner_roles": owner_roles},
    )
