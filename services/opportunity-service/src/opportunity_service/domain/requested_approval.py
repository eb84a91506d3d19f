"""What an opportunity knows of the approvals that were requested for it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class ApprovalStatus(StrEnum):
    """From the request to its end; ``NOT_STARTED`` is an end, the flow may be requested again."""

    REQUESTED = "REQUESTED"
    RUNNING = "RUNNING"
    RETURNED = "RETURNED"
    NOT_STARTED = "NOT_STARTED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"


ENDED = frozenset({ApprovalStatus.NOT_STARTED, ApprovalStatus.APPROVED, ApprovalStatus.REJECTED})


@dataclass(frozen=True)
class RequestedApproval:
    """One request for an approval. ``in_effect`` is false for a result that came too late."""

    approval_id: str
    flow: str
    request_no: int
    status: str
    in_effect: bool = True

    @property
    def running(self) -> bool:
        """Whether an end is still to come."""
        return self.status not in ENDED


def running_of(approvals: Iterable[RequestedApproval], flow: str) -> RequestedApproval | None:
    """The request of this flow that has not ended."""
    return next((a for a in approvals if a.flow == flow and a.running), None)


def granted_of(approvals: Iterable[RequestedApproval], flow: str) -> RequestedApproval | None:
    """The request of this flow that was approved in time."""
    return next(
        (a for a in approvals if a.flow == flow and a.status == "APPROVED" and a.in_effect), None
    )
