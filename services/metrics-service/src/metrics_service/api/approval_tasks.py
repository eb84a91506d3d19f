"""The list of tasks behind the numbers of approvals by node, role and person."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from sqlalchemy import select

from metrics_service.api.asking import Asked, Asking, Flow
from metrics_service.api.listed import MetricTaskList, item
from metrics_service.reports.tasks import COUNTED, KEYS, GroupBy, tasks_as_of
from opentas_shared.web.operations import lists
from opentas_shared.web.pagination import PageQuery, paginate

router = APIRouter(tags=["metrics"])

LIST = "/v1/metrics/approvals/tasks"
Counted = Literal["decisions", "approved", "rejected", "open", "overdue"]


def task_links(
    asked: Asked, group_by: GroupBy, flow: str | None, key: str | None = None
) -> dict[str, str]:
    """The addresses of the lists behind the numbers of one key, or of all."""
    filters = {"flow": flow, KEYS[group_by]: key}
    if group_by == "role":
        filters["reversals"] = "true"
    return {name: asked.link(LIST, **filters, counted=name) for name in COUNTED}


@router.get(LIST, summary="The tasks behind a number", response_model=MetricTaskList, **lists())
def list_metric_tasks(
    asked: Asking,
    page: PageQuery,
    flow: Flow = None,
    node: Annotated[str | None, Query(examples=["director"])] = None,
    role: Annotated[str | None, Query(description="Empty: asked by no role.")] = None,
    person_id: Annotated[str | None, Query(examples=["chen.jing"])] = None,
    reversals: Annotated[
        bool,
        Query(description="Also final approvals taken back in the name of a role, as rejected."),
    ] = False,
    counted: Annotated[
        Counted | None, Query(description="Only those that this number of the report counts.")
    ] = None,
) -> Response:
    """The tasks as of the instant, with the same filters as the report.

    A task that was opened again is listed with each decision that stands.
    """
    with asked.snapshot() as (connection, question):
        tasks = tasks_as_of(question, flow, reversals=reversals)
        statement = select(tasks)
        for name, value in {"node": node, "role": role, "person_id": person_id}.items():
            if value is not None:
                statement = statement.where(tasks.c[name] == value)
        if counted is not None:
            statement = statement.where(COUNTED[counted](tasks.c))
        return paginate(
            connection,
            statement,
            page,
            sorts={n: tasks.c[n] for n in ("opened_at", "decided_at", "due_at")},
            default_sort="-opened_at",
            key=tasks.c.id,
            view=item,
        )
