"""Refusals of whoever asks for approvals: leads, customers, opportunities."""

from __future__ import annotations

from opentas_shared.domain.errors import IllegalTransition


class ApprovalRunning(IllegalTransition):
    """An approval is still running; until it ends, what it is about stays as it is (A35)."""

    code = "APPROVAL_RUNNING"
    title = "An approval of this flow is running"
    title_zh = "该流程的审批正在进行"

    def __init__(self, flow: str, approval_id: str) -> None:
        super().__init__(f"approval-requests of {flow}", "RUNNING")
        self.detail = f"Approval {approval_id} of {flow} is still running."
        self.members = {"current_state": "RUNNING", "approval_id": approval_id}


class ApprovalGranted(IllegalTransition):
    """The flow has been approved and is not one that is asked for again."""

    code = "APPROVAL_GRANTED"
    title = "The flow has been approved already"
    title_zh = "该流程已审批通过"

    def __init__(self, flow: str, approval_id: str) -> None:
        super().__init__(f"approval-requests of {flow}", "APPROVED")
        self.detail = f"{flow} has been approved by approval {approval_id}."
        self.members = {"current_state": "APPROVED", "approval_id": approval_id}
