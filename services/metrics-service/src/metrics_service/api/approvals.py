"""Approvals: the report and the list behind it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response
from sqlalchemy import select

from metrics_service.api.approval_answers import ApprovalsAnswer, ApprovalTasksAnswer
from metrics_service.api.approval_tasks import task_links
from metrics_service.api.asking import Asked, Asking, Flow, Month
from metrics_service.api.listed import MetricApprovalList, item
from metrics_service.reports import approvals as counting
from metrics_service.reports.approvals import OPEN, approval_turnaround, approvals_as_of
from metrics_service.reports.tasks import task_numbers
from opentas_shared.web.operations import lists
from opentas_shared.web.pagination import PageQuery, paginate

router = APIRouter(tags=["metrics"])

LIST = "/v1/metrics/approvals/items"
Counted = Literal[
    "started",
    "approved",
    "rejected",
    "revoked",
    "terminated",
    "open",
    "first_pass_approved",
    "with_rejection",
    "revoked_after_approval",
]


@router.get("/v1/metrics/approvals", summary="Approvals and their tasks")
def get_approvals(
    asked: Asking,
    flow: Flow = None,
    group_by: Annotated[
        Literal["flow", "month", "node", "role", "person"],
        Query(
            description="`flow` and `month` count approvals, by the day of first submission; "
            "`node`, `role` and `person` count tasks, by the day of the decision, while open of "
            "being asked."
        ),
    ] = "flow",
) -> ApprovalsAnswer | ApprovalTasksAnswer:
    """How many approvals were started, how they ended, and how long they and their tasks took.

    The data scope goes by the submitter. A person's decision counts for whom it was made for
    when it was made on behalf; an open task for whom it was assigned to. By role, a final
    approval that was taken back in the name of a role is a rejected decision of it.
    """
    with asked.snapshot() as (connection, question):
        answer: dict[str, Any] = asked.context(connection)
        if group_by == "node" or group_by == "role" or group_by == "person":
            total, items = task_numbers(connection, question, flow, group_by)
            total["links"] = task_links(asked, group_by, flow)
            for each in items:
                each["links"] = task_links(asked, group_by, flow, each["key"])
            return ApprovalTasksAnswer.model_validate(answer | {"total": total, "items": items})
        total, items = approval_turnaround(connection, question, flow, group_by)
        total["links"] = _links(asked, flow=flow)
        for each in items:
            each["links"] = _links(asked, **{"flow": flow, group_by: each["key"]})
        return ApprovalsAnswer.model_validate(answer | {"total": total, "items": items})


def _links(asked: Asked, **filters: str | None) -> dict[str, str]:
    return {name: asked.link(LIST, **filters, counted=name) for name in counting.COUNTED}


@router.get(
    LIST, summary="The approvals behind a number", response_model=MetricApprovalList, **lists()
)
def list_metric_approvals(
    asked: Asking,
    page: PageQuery,
    flow: Flow = None,
    month: Month = None,
    status: Annotated[
        Literal[
            "OPEN",
            "RUNNING",
            "RETURNED",
            "APPROVED",
            "REJECTED",
            "REVOKED",
            "TERMINATED",
            "REVERSED",
        ]
        | None,
        Query(description="`OPEN`: running or returned."),
    ] = None,
    counted: Annotated[
        Counted | None, Query(description="Only those that this number of the report counts.")
    ] = None,
) -> Response:
    """The approvals as of the instant, with the same filters as the report."""
    with asked.snapshot() as (connection, question):
        approvals = approvals_as_of(question, flow)
        statement = select(approvals)
        if month is not None:
            statement = statement.where(approvals.c.month == month)
        if counted is not None:
            statement = statement.where(counting.COUNTED[counted](approvals.c))
        if status is not None:
            states = OPEN if status == "OPEN" else (status,)
            statement = statement.where(approvals.c.status.in_(states))
        return paginate(
            connection,
            statement,
            page,
            sorts={n: approvals.c[n] for n in ("submitted_at", "approved_at")},
            default_sort="-submitted_at",
            key=approvals.c.approval_id,
            view=item,
        )
