"""People of the organisation: list, read, register, change, leave and come back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from approval_service.api.access import DirectoryReader, Runner
from approval_service.api.organisation_access import Administrator, fetch, shown
from approval_service.api.organisation_requests import NewPerson, PersonChange
from approval_service.api.organisation_views import PeoplePage, PersonView
from approval_service.commands import changing_organisation as changing
from approval_service.domain.organisation.person import person_uuid
from approval_service.read_models.organisation import people
from approval_service.read_models.organisation_queries import (
    PEOPLE_SORTS,
    PeopleFilters,
    matching_people,
    view,
)
from opentas_shared.domain.time import Moment
from opentas_shared.web.concurrency import single
from opentas_shared.web.history import History, history
from opentas_shared.web.operations import changes, creates, lists, reads_one
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources

router = APIRouter(prefix="/v1/people", tags=["organisation"])


@router.get("", response_model=PeoplePage, summary="List people", **lists())
def list_people(
    caller: DirectoryReader,
    request: Request,
    page: PageQuery,
    department_id: str | None = None,
    below: Annotated[bool, Query(description="Also of the departments below.")] = False,
    role: Annotated[str | None, Query(description="Held as a role or a post.")] = None,
    post: Annotated[str | None, Query(description="Held as a post (岗位).")] = None,
    active: bool | None = None,
    q: Annotated[str | None, Query(max_length=200, description="Parts of id or name.")] = None,
) -> Response:
    """The people of the organisation by id."""
    filters = PeopleFilters(department_id, below, role, post, active, q)
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


@router.post("", response_model=PersonView, summary="Register a person", **creates(403, 409, 422))
async def register_person(
    body: NewPerson, caller: Administrator, request: Request, commands: Runner
) -> Response:
    """Add a person to the directory; the id is the subject of the person's tokens."""
    return await commands.create(
        changing.register_person,
        changing.RegisterPerson(body.id, body.profile(), Moment.now()),
        view=shown(people, body.id),
        location="/v1/people/{id}",
        caller=caller,
        request=request,
    )


@router.get("/{person_id}", response_model=PersonView, summary="Read a person", **reads_one())
def read_person(person_id: str, caller: DirectoryReader, request: Request) -> Response:
    """One person."""
    return single(request, view(fetch(people, "person", person_id, request)))


@router.patch(
    "/{person_id}", response_model=PersonView, summary="Change a person", **changes(403, 422)
)
async def change_person(
    person_id: str, body: PersonChange, caller: Administrator, request: Request, commands: Runner
) -> Response:
    """Another name, department, superior, posts or roles; approvers already asked stay asked."""
    return await commands.change(
        changing.change_person,
        changing.ChangePerson(person_id, body.changes(), Moment.now()),
        id=person_uuid(person_id),
        view=shown(people, person_id),
        caller=caller,
        request=request,
    )


@router.post(
    "/{person_id}/deactivation",
    response_model=PersonView,
    summary="Let a person leave",
    **changes(403),
)
async def deactivate_person(
    person_id: str, caller: Administrator, request: Request, commands: Runner
) -> Response:
    """Somebody who has left is asked no more and stays visible."""
    return await _activate(person_id, False, caller, request, commands)


@router.post(
    "/{person_id}/reactivation",
    response_model=PersonView,
    summary="Let a person come back",
    **changes(403),
)
async def reactivate_person(
    person_id: str, caller: Administrator, request: Request, commands: Runner
) -> Response:
    """Somebody who had left is asked again."""
    return await _activate(person_id, True, caller, request, commands)


async def _activate(
    person_id: str, active: bool, caller: Administrator, request: Request, commands: Runner
) -> Response:
    return await commands.change(
        changing.activate_person,
        changing.ActivatePerson(person_id, active, Moment.now()),
        id=person_uuid(person_id),
        view=shown(people, person_id),
        caller=caller,
        request=request,
    )


@router.get(
    "/{person_id}/history",
    response_model=History,
    summary="Read the history of a person",
    responses=problems(404),
)
def read_person_history(person_id: str, caller: DirectoryReader, request: Request) -> History:
    """Every change of a person's department, posts and roles, oldest first."""
    row = fetch(people, "person", person_id, request)
    return History(**history(resources(request).events, row["stream_id"]))
