"""Approvals: the report and the list behind it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from sqlalchemy import select

from metrics_service.api.answers import ApprovalsAnswer
from metrics_service.api.asking import Asked, Asking
from metrics_service.api.listed import MetricApprovalList, item
from metrics_service.reports.approvals import OPEN, approval_turnaround, approvals_as_of
from opentas_shared.web.operations import lists
from opentas_shared.web.pagination import PageQuery, paginate

router = APIRouter(tags=["metrics"])

LIST = "/v1/metrics/approvals/items"
Flow = Annotated[str | None, Query(examples=["tas_2_1_opportunity_initiation"])]


@router.get("/v1/metrics/approvals", summary="Approvals per flow")
def get_approvals(
    asked: Asking,
    flow: Flow = None,
    group_by: Annotated[Literal["flow"], Query(description="One item per key.")] = "flow",
) -> ApprovalsAnswer:
    """How many approvals were started, how they ended, and how long they took.

    Days are those of the first submission; the data scope goes by the submitter.
    """
    with asked.snapshot() as (connection, question):
        total, items = approval_turnaround(connection, question, flow)
        total["links"] = _links(asked, flow)
        for each in items:
            each["links"] = _links(asked, each["key"])
        return ApprovalsAnswer.model_validate(
            {**asked.context(connection), "total": total, "items": items}
        )


def _links(asked: Asked, flow: str | None) -> dict[str, str]:
    states = {"started": None, "approved": "APPROVED", "rejected": "REJECTED", "open": "OPEN"}
    return {name: asked.link(LIST, flow=flow, status=state) for name, state in states.items()}


@router.get(
    LIST, summary="The approvals behind a number", response_model=MetricApprovalList, **lists()
)
def list_metric_approvals(
    asked: Asking,
    page: PageQuery,
    flow: Flow = None,
    status: Annotated[
        Literal["OPEN", "RUNNING", "RETURNED", "APPROVED", "REJECTED"] | None,
        Query(description="`OPEN`: running or returned."),
    ] = None,
) -> Response:
    """The approvals as of the instant, with the same filters as the report."""
    with asked.snapshot() as (connection, question):
        approvals = approvals_as_of(question, flow)
        statement = select(approvals)
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
