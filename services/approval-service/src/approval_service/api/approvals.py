"""Approvals: list, single read, history and what can be done now."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from approval_service.api.access import Reader, fetch_approval, hidden_for
from approval_service.api.allowed import Asking, trials
from approval_service.api.known import check_flow, urge_pause
from approval_service.api.reading import rows_of
from approval_service.api.views import ApprovalPage, ApprovalView
from approval_service.commands.routing import DirectoryRouting
from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.states import Status
from approval_service.read_models.approval_queries import (
    SORTS,
    ApprovalFilters,
    matching,
    summary,
    view,
)
from approval_service.read_models.approvals import approvals
from approval_service.read_models.hiding import without
from opentas_shared.domain.time import Moment
from opentas_shared.web.allowed import AllowedCommands, allowed_commands
from opentas_shared.web.concurrency import single
from opentas_shared.web.history import History, history
from opentas_shared.web.operations import lists, reads_one
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources
from opentas_shared.web.scope import visible_owners
from opentas_shared.web.waiting import preference_applied, waited

router = APIRouter(prefix="/v1/approvals", tags=["approvals"])

Subject = Literal["opportunity", "lead", "customer", "document"]


@router.get("", response_model=ApprovalPage, summary="List approvals", **lists())
def list_approvals(
    caller: Reader,
    request: Request,
    page: PageQuery,
    flow: str | None = None,
    status: Annotated[list[Status] | None, Query(description="One or several states.")] = None,
    subject_type: Subject | None = None,
    subject_id: Annotated[str | None, Query(description="What it is about.")] = None,
    submitter_id: str | None = None,
    assignee_id: Annotated[str | None, Query(description="Who has an open task in it.")] = None,
    participant_id: Annotated[
        str | None, Query(description="Who submitted it, was asked, acted or got a copy.")
    ] = None,
    node: Annotated[str | None, Query(description="Where people are asked now.")] = None,
    overdue: Annotated[
        bool | None, Query(description="Whether an open task has passed its time limit.")
    ] = None,
    stale: Annotated[
        bool | None, Query(description="Whether a watched fact moved and awaits approval.")
    ] = None,
    created_at_gte: AwareDatetime | None = None,
    created_at_lt: AwareDatetime | None = None,
    completed_at_gte: AwareDatetime | None = None,
    completed_at_lt: AwareDatetime | None = None,
    q: Annotated[
        str | None,
        Query(max_length=200, description="Words in number, subject's id or subject's name."),
    ] = None,
) -> Response:
    """The approvals that you or people in your data scope submitted or were asked in."""
    filters = ApprovalFilters(
        flow=flow,
        status=tuple(status or ()),
        subject_type=subject_type,
        subject_id=subject_id,
        submitter_id=submitter_id,
        assignee_id=assignee_id,
        participant_id=participant_id,
        node=node,
        overdue=overdue,
        stale=stale,
        created_at_gte=created_at_gte,
        created_at_lt=created_at_lt,
        completed_at_gte=completed_at_gte,
        completed_at_lt=completed_at_lt,
        q=q,
    )
    with resources(request).database.read() as connection:
        check_flow(flow, connection)
        return paginate(
            connection,
            matching(filters, visible_owners(caller, request, connection)),
            page,
            sorts=SORTS,
            default_sort="-created_at",
            key=approvals.c.id,
            view=summary,
        )


@router.get(
    "/{approval_id}",
    response_model=ApprovalView,
    summary="Read an approval",
    **reads_one(waits=True),
)
async def read_approval(approval_id: UUID, caller: Reader, request: Request) -> Response:
    """The approval with all rounds; `Prefer: wait=5` waits until its request has arrived."""
    row = await waited(request, lambda: fetch_approval(approval_id, caller, request))
    shown = view(row, hidden_for(caller, row))
    return single(request, shown, headers=preference_applied(request))


@router.get(
    "/{approval_id}/history",
    response_model=History,
    summary="Read the history of an approval",
    responses=problems(404),
)
def read_approval_history(approval_id: UUID, caller: Reader, request: Request) -> History:
    """Every event of the approval, oldest first; machine decisions carry a reason code."""
    row = fetch_approval(approval_id, caller, request)
    told = history(resources(request).events, approval_id, hidden=("definition",))
    return History(**without(hidden_for(caller, row), told))


@router.get(
    "/{approval_id}/allowed-commands",
    response_model=AllowedCommands,
    summary="Read what can be done with an approval",
    responses=problems(404),
)
def read_approval_allowed_commands(
    approval_id: UUID, caller: Reader, request: Request
) -> AllowedCommands:
    """Each command, whether it is possible for you now, and what speaks against it."""
    fetch_approval(approval_id, caller, request)
    approval = resources(request).events.load(Approval, approval_id)
    with rows_of(request) as rows:
        attempts = trials(DirectoryRouting(rows), urge_pause(request), Moment.now())
        return allowed_commands(Asking(approval, caller, attempts).allowed())
