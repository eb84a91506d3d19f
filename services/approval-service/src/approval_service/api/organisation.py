"""The organisation directory: people, departments, import."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select

from approval_service.api.access import DirectoryReader, DirectoryWriter, Runner
from approval_service.api.organisation_views import (
    DepartmentPage,
    DepartmentView,
    ImportOutcome,
    PeoplePage,
    PersonView,
)
from approval_service.commands.importing_organisation import (
    ImportOrganisation,
    import_organisation,
    outcome,
)
from approval_service.configuration.organisation_file import parse
from approval_service.domain.approval.errors import ADMINISTRATOR
from approval_service.read_models.organisation import departments, people
from approval_service.read_models.organisation_queries import (
    DEPARTMENT_SORTS,
    PEOPLE_SORTS,
    PeopleFilters,
    matching_departments,
    matching_people,
    view,
)
from opentas_shared.domain.errors import NotFound
from opentas_shared.domain.time import Moment
from opentas_shared.web.circumstances import context_of
from opentas_shared.web.concurrency import single
from opentas_shared.web.history import History, history
from opentas_shared.web.operations import lists, reads_one
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources

ORGANISATION_ADMIN = "organisation_admin"
BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/yaml": {"schema": {"type": "string"}},
            "application/json": {"schema": {"type": "object"}},
        },
    }
}
router = APIRouter(prefix="/v1", tags=["organisation"])


@router.post(
    "/organisation/import",
    response_model=ImportOutcome,
    summary="Import an organisation file",
    responses=problems(400, 403, 422),
    openapi_extra=BODY,
)
async def import_organisation_file(
    caller: DirectoryWriter, request: Request, commands: Runner
) -> dict[str, Any]:
    """Bring people and departments to what the file (YAML or JSON) says; twice changes nothing.

    What the file does not name stays as it is; somebody who left gets `active: false`.
    """
    caller.needs_role(ORGANISATION_ADMIN, ADMINISTRATOR)
    file = parse(await request.body())
    command = ImportOrganisation(file, Moment.now())

    def run(work: Any) -> dict[str, Any]:
        import_organisation(command, work)
        return outcome(file, work)

    return await commands.executor.run(run, context_of(command, caller, request))


@router.get("/people", response_model=PeoplePage, summary="List people", **lists())
def list_people(
    caller: DirectoryReader,
    request: Request,
    page: PageQuery,
    department_id: str | None = None,
    below: Annotated[bool, Query(description="Also of the departments below.")] = False,
    role: Annotated[str | None, Query(description="Held as a role or a post.")] = None,
    active: bool | None = None,
    q: Annotated[str | None, Query(max_length=200, description="Parts of id or name.")] = None,
) -> Response:
    """The people of the organisation by id."""
    filters = PeopleFilters(department_id, below, role, active, q)
    with resources(request).database.read() as connection:
        return paginate(
            connection,
            matching_people(filters),
            page,
            sorts=PEOPLE_SORTS,
            default_sort="id",
            key=people.c.id,
            view=view,
        )


@router.get(
    "/people/{person_id}", response_model=PersonView, summary="Read a person", **reads_one()
)
def read_person(person_id: str, caller: DirectoryReader, request: Request) -> Response:
    """One person."""
    return single(request, view(_fetch(people, "person", person_id, request)))


@router.get(
    "/people/{person_id}/history",
    response_model=History,
    summary="Read the history of a person",
    responses=problems(404),
)
def read_person_history(person_id: str, caller: DirectoryReader, request: Request) -> History:
    """Every change of a person's department, posts and roles, oldest first."""
    row = _fetch(people, "person", person_id, request)
    return History(**history(resources(request).events, row["stream_id"]))


@router.get("/departments", response_model=DepartmentPage, summary="List departments", **lists())
def list_departments(
    caller: DirectoryReader, request: Request, page: PageQuery, parent_id: str | None = None
) -> Response:
    """The departments of the organisation, or those directly below one."""
    with resources(request).database.read() as connection:
        return paginate(
            connection,
            matching_departments(parent_id),
            page,
            sorts=DEPARTMENT_SORTS,
            default_sort="id",
            key=departments.c.id,
            view=view,
        )


@router.get(
    "/departments/{department_id}",
    response_model=DepartmentView,
    summary="Read a department",
    **reads_one(),
)
def read_department(department_id: str, caller: DirectoryReader, request: Request) -> Response:
    """One department."""
    return single(request, view(_fetch(departments, "department", department_id, request)))


@router.get(
    "/departments/{department_id}/history",
    response_model=History,
    summary="Read the history of a department",
    responses=problems(404),
)
def read_department_history(
    department_id: str, caller: DirectoryReader, request: Request
) -> History:
    """Every change of a department, oldest first."""
    row = _fetch(departments, "department", department_id, request)
    return History(**history(resources(request).events, row["stream_id"]))


def _fetch(table: Any, kind: str, id: str, request: Request) -> dict[str, Any]:
    with resources(request).database.read() as connection:
        row = connection.execute(select(table).where(table.c.id == id)).mappings().first()
    if row is None:
        raise NotFound(kind, id)
    return dict(row)
