"""What a lead or a customer knows of the approvals that were requested for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from opentas_shared.domain.errors import NotFound
from opentas_shared.domain.requested_approvals import ApprovalRunning

if TYPE_CHECKING:
    from collections.abc import Mapping


class ApprovalStatus(StrEnum):
    """From the request to its end; after an end the flow may be requested again."""

    REQUESTED = "REQUESTED"
    RUNNING = "RUNNING"
    RETURNED = "RETURNED"
    NOT_STARTED = "NOT_STARTED"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    REVOKED = "REVOKED"
    TERMINATED = "TERMINATED"
    REVERSED = "REVERSED"
    """It was approved, and that was taken back; its submitter may send it again."""


RUNNING = frozenset({ApprovalStatus.REQUESTED, ApprovalStatus.RUNNING, ApprovalStatus.RETURNED})


@dataclass(frozen=True)
class RequestedApproval:
    """One request. ``form`` is what was asked for, ``submitter_id`` who asked.

    ``in_effect`` is false for a result that changed nothing here.
    """

    approval_id: str
    flow: str
    request_no: int
    submitter_id: str
    form: Mapping[str, Any]
    status: str = ApprovalStatus.REQUESTED
    in_effect: bool = True

    @property
    def running(self) -> bool:
        """Whether an end is still to come."""
        return self.status in RUNNING


@dataclass
class Approvals:
    """All requests of one lead or customer, in their order, by approval."""

    known: dict[str, RequestedApproval] = field(default_factory=dict)

    def get(self, approval_id: str) -> RequestedApproval:
        """The request; ``NotFound`` for one that is none of this thing's."""
        known = self.known.get(approval_id)
        if known is None:
            raise NotFound("requested approval", approval_id)
        return known

    @property
    def newest(self) -> RequestedApproval:
        """The last request."""
        return [*self.known.values()][-1]

    def running(self, flow: str) -> RequestedApproval | None:
        """The request of this flow that has not ended."""
        found = (a for a in self.known.values() if a.flow == flow and a.running)
        return next(found, None)

    def ensure_none_runs(self, flow: str) -> None:
        """Raise ``ApprovalRunning`` (409) while one of this flow has not ended."""
        running = self.running(flow)
        if running is not None:
            raise ApprovalRunning(flow, running.approval_id)

    def next_no(self, flow: str) -> int:
        """The number of the next request of this flow, from 1."""
        return 1 + sum(known.flow == flow for known in self.known.values())

    def moving(self, approval_id: str, status: str) -> RequestedApproval | None:
        """The request, if ``status`` is news of it.

        An ended one stays as it is, but one that was reversed can run again.
        """
        known = self.get(approval_id)
        again = known.status == ApprovalStatus.REVERSED and self.running(known.flow) is None
        return known if known.status != status and (known.running or again) else None

    def add(self, requested: RequestedApproval) -> None:
        """Remember a request."""
        self.known[requested.approval_id] = requested

    def move(self, approval_id: str, status: str, in_effect: bool = True) -> None:
        """Remember where a request stands."""
        known = self.known[approval_id]
        self.known[approval_id] = replace(known, status=status, in_effect=in_effect)
