"""The inbox: pending, done and initiated, with counters."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from approval_service.api.access import Reader
from approval_service.api.views import InboxCounters, InboxPage
from approval_service.read_models.task_queries import ORDER, Box, count, inbox, item
from opentas_shared.web.operations import lists
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.requests import resources

router = APIRouter(prefix="/v1/tasks", tags=["approvals"])


@router.get("", response_model=InboxPage, summary="List your tasks", **lists())
def list_tasks(
    caller: Reader,
    request: Request,
    page: PageQuery,
    box: Annotated[
        Box, Query(description="What waits for you, what you decided, what you submitted.")
    ] = Box.PENDING,
    flow: str | None = None,
    subject_id: str | None = None,
) -> Response:
    """One box of your inbox, newest first; decide with the paths of the approval.

    Sort `pending` by `assigned_at`, `done` by `ended_at`, `initiated` by `created_at`.
    """
    name, column, key = ORDER[box]
    with resources(request).database.read() as connection:
        return paginate(
            connection,
            inbox(box, caller.subject, flow, subject_id),
            page,
            sorts={name: column},
            default_sort=f"-{name}",
            key=key,
            view=item,
        )


@router.get("/counters", response_model=InboxCounters, summary="Count your tasks")
def read_task_counters(caller: Reader, request: Request) -> InboxCounters:
    """How much lies in each box of your inbox."""
    with resources(request).database.read() as connection:
        return InboxCounters(**count(connection, caller.subject))
