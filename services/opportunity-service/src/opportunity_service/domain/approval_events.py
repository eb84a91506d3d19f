"""What happens to an opportunity's requests for approval."""

from __future__ import annotations

from typing import Any, ClassVar

from opportunity_service.domain.events import OpportunityEvent


class ApprovalRequested(OpportunityEvent):
    """An approval was asked for; ``figures`` are sums of the form for conditions of its flow.

    ``name`` is that of the opportunity, for whoever is asked.
    """

    TOPIC: ClassVar[str] = "opportunity.approval_requested"
    approval_id: str
    flow: str
    request_no: int
    form: dict[str, Any]
    submitter_id: str
    figures: dict[str, int] | None = None
    name: str | None = None


class ApprovalProgressed(OpportunityEvent):
    """The approval started, did not start (and why), was returned or is running again.

    Also that it became stale, and that it holds again as it was given.
    """

    TOPIC: ClassVar[str] = "opportunity.approval_progressed"
    approval_id: str
    flow: str
    status: str
    reason_code: str | None
    reason: str | None
    missing: list[str]


class ApprovalResultRecorded(OpportunityEvent):
    """The approval ended, or was taken back after it had been given (``REVERSED``).

    ``in_effect`` is false when the opportunity was closed by then, or when what was approved
    cannot be any more; then the reason says why.
    """

    TOPIC: ClassVar[str] = "opportunity.approval_result_recorded"
    approval_id: str
    flow: str
    outcome: str
    in_effect: bool
    reason_code: str | None = None
    reason: str | None = None
    missing: list[str] | None = None
