"""Departments of the organisation: list, read, register, change."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from approval_service.api.access import DirectoryReader, Runner
from approval_service.api.organisation_access import Administrator, fetch, shown
from approval_service.api.organisation_requests import DepartmentChange, NewDepartment
from approval_service.api.organisation_views import DepartmentPage, DepartmentView
from approval_service.commands import changing_organisation as changing
from approval_service.domain.organisation.department import department_uuid
from approval_service.read_models.organisation import departments
from approval_service.read_models.organisation_queries import (
    DEPARTMENT_SORTS,
    matching_departments,
    view,
)
from opentas_shared.domain.time import Moment
from opentas_shared.web.concurrency import single
from opentas_shared.web.history import History, history
from opentas_shared.web.operations import changes, creates, lists, reads_one
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources

router = APIRouter(prefix="/v1/departments", tags=["organisation"])


@router.get("", response_model=DepartmentPage, summary="List departments", **lists())
def list_departments(
    caller: DirectoryReader,
    request: Request,
    page: PageQuery,
    parent_id: str | None = None,
    q: Annotated[str | None, Query(max_length=200, description="Parts of id or names.")] = None,
) -> Response:
    """The departments of the organisation, or those directly below one."""
    with resources(request).database.read() as connection:
        return paginate(
            connection,
            matching_departments(parent_id, q),
            page,
            sorts=DEPARTMENT_SORTS,
            default_sort="id",
            key=departments.c.id,
            view=view,
        )


@router.post(
    "", response_model=DepartmentView, summary="Register a department", **creates(403, 409, 422)
)
async def register_department(
    body: NewDepartment, caller: Administrator, request: Request, commands: Runner
) -> Response:
    """Add a department to the tree."""
    return await commands.create(
        changing.register_department,
        changing.RegisterDepartment(body.id, body.charter(), Moment.now()),
        view=shown(departments, body.id),
        location="/v1/departments/{id}",
        caller=caller,
        request=request,
    )


@router.get(
    "/{department_id}", response_model=DepartmentView, summary="Read a department", **reads_one()
)
def read_department(department_id: str, caller: DirectoryReader, request: Request) -> Response:
    """One department."""
    return single(request, view(fetch(departments, "department", department_id, request)))


@router.patch(
    "/{department_id}",
    response_model=DepartmentView,
    summary="Change a department",
    **changes(403, 422),
)
async def change_department(
    department_id: str,
    body: DepartmentChange,
    caller: Administrator,
    request: Request,
    commands: Runner,
) -> Response:
    """Another name, parent, head or calendar; the departments below move along."""
    return await commands.change(
        changing.change_department,
        changing.ChangeDepartment(department_id, body.changes(), Moment.now()),
        id=department_uuid(department_id),
        view=shown(departments, department_id),
        caller=caller,
        request=request,
    )


@router.get(
    "/{department_id}/history",
    response_model=History,
    summary="Read the history of a department",
    responses=problems(404),
)
def read_department_history(
    department_id: str, caller: DirectoryReader, request: Request
) -> History:
    """Every change of a department, oldest first."""
    row = fetch(departments, "department", department_id, request)
    return History(**history(resources(request).events, row["stream_id"]))
