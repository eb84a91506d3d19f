"""What an opportunity knows of the approvals that were requested for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


class ApprovalStatus(StrEnum):
    """From the request to its end; after ``NOT_STARTED`` the flow may be requested again.

    ``STALE``: what was approved has changed, it is to be approved again; ``REVERSED``: taken back
    after it was approved; ``REVOKED`` by its submitter, ``TERMINATED`` by an administrator.
    """

    REQUESTED = "REQUESTED"
    RUNNING = "RUNNING"
    RETURNED = "RETURNED"
    NOT_STARTED = "NOT_STARTED"
    APPROVED = "APPROVED"
    STALE = "STALE"
    REJECTED = "REJECTED"
    REVOKED = "REVOKED"
    TERMINATED = "TERMINATED"
    REVERSED = "REVERSED"


GOING_ON = frozenset(
    {
        ApprovalStatus.REQUESTED,
        ApprovalStatus.RUNNING,
        ApprovalStatus.RETURNED,
        ApprovalStatus.STALE,
    }
)


@dataclass(frozen=True)
class RequestedApproval:
    """One request for an approval. ``in_effect`` is false for a result that came too late."""

    approval_id: str
    flow: str
    request_no: int
    status: str
    form: dict[str, Any] = field(default_factory=dict)
    in_effect: bool = True

    @property
    def running(self) -> bool:
        """Whether an end is still to come."""
        return self.status in GOING_ON


def running_of(approvals: Iterable[RequestedApproval], flow: str) -> RequestedApproval | None:
    """The request of this flow that has not ended."""
    return next((a for a in approvals if a.flow == flow and a.running), None)


def granted_of(approvals: Iterable[RequestedApproval], flow: str) -> RequestedApproval | None:
    """The request of this flow that was approved in time."""
    return next(
        (a for a in approvals if a.flow == flow and a.status == "APPROVED" and a.in_effect), None
    )
