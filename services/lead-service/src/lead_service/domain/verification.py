"""What TAS 1-2 says of the core information of a customer (R-22)."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from lead_service.domain.requested_approval import RUNNING, ApprovalStatus

if TYPE_CHECKING:
    from lead_service.domain.customer import Customer

ASSESSMENT_FLOW = "tas_1_2_customer_info_assessment"


class VerificationStatus(StrEnum):
    """Whether the core information of a customer is true."""

    UNVERIFIED = "UNVERIFIED"
    IN_ASSESSMENT = "IN_ASSESSMENT"
    VERIFIED = "VERIFIED"
    REJECTED = "REJECTED"


def status_after(self: Customer, flow: str, status: str) -> VerificationStatus:
    """The verification when a request of this flow gets this status; only TAS 1-2 moves it."""
    if flow != ASSESSMENT_FLOW:
        return self.verification
    if status in RUNNING:
        return VerificationStatus.IN_ASSESSMENT
    if status == ApprovalStatus.APPROVED:
        return VerificationStatus.VERIFIED
    if status == ApprovalStatus.REJECTED:
        return VerificationStatus.REJECTED
    if status == ApprovalStatus.REVERSED:
        return VerificationStatus.UNVERIFIED
    return self.verified_before
