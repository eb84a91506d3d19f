"""The inbox: pending, done, initiated and copied, with counters."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response

from approval_service.api.access import Reader, Runner
from approval_service.api.approvals import Subject
from approval_service.api.inbox_views import CopyReceipt, InboxCounters, InboxPage
from approval_service.api.known import check_flow
from approval_service.commands.reading import ReadCopy, read_copy
from approval_service.domain.approval.states import TaskKind
from approval_service.read_models.copies import copies
from approval_service.read_models.task_queries import (
    ORDER,
    Box,
    InboxFilters,
    count,
    inbox,
    item,
)
from opentas_shared.persistence.unit_of_work import UnitOfWork
from opentas_shared.web.operations import creates, lists
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.requests import resources

router = APIRouter(prefix="/v1/tasks", tags=["approvals"])


@router.get("", response_model=InboxPage, summary="List your tasks", **lists())
def list_tasks(
    caller: Reader,
    request: Request,
    page: PageQuery,
    box: Annotated[
        Box,
        Query(
            description="What waits for you, what you decided or handed on, what you submitted, "
            "what you got to read."
        ),
    ] = Box.PENDING,
    flow: str | None = None,
    subject_type: Subject | None = None,
    subject_id: str | None = None,
    submitter_id: str | None = None,
    node: str | None = None,
    kind: Annotated[
        list[TaskKind] | None, Query(description="Kinds of tasks, of pending and done.")
    ] = None,
    overdue: Annotated[bool | None, Query(description="Whether the limit has passed.")] = None,
    unread: Annotated[bool | None, Query(description="Of copied: not marked as read.")] = None,
    q: Annotated[
        str | None,
        Query(max_length=200, description="Words in number, subject's id or subject's name."),
    ] = None,
) -> Response:
    """One box of your inbox, newest first; decide with the paths of the approval.

    Sort `pending` by `assigned_at`, `done` by `ended_at`, `initiated` by `created_at`, `copied`
    by `copied_at`.
    """
    filters = InboxFilters(
        flow=flow,
        subject_type=subject_type,
        subject_id=subject_id,
        submitter_id=submitter_id,
        node=node,
        kind=tuple(kind or ()),
        overdue=overdue,
        unread=unread,
        q=q,
    )
    name, column, key = ORDER[box]
    with resources(request).database.read() as connection:
        check_flow(flow, connection)
        return paginate(
            connection,
            inbox(box, caller.subject, filters),
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


@router.post(
    "/copies/{copy_id}/receipt",
    response_model=CopyReceipt,
    summary="Mark a copy as read",
    **creates(404),
)
async def read_task_copy(
    copy_id: UUID, caller: Reader, request: Request, commands: Runner
) -> Response:
    """已阅: you have read it; once more changes nothing."""
    command = ReadCopy(copy_id, caller.subject, commands.moment(None, caller))

    def view(work: UnitOfWork) -> dict[str, Any]:
        return {**(work.rows.get(copies, id=copy_id) or {}), "version": 1}

    return await commands.create(
        read_copy,
        command,
        view=view,
        location="/v1/approvals/{approval_id}",
        caller=caller,
        request=request,
    )
