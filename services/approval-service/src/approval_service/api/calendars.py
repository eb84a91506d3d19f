"""Working calendars of the organisation: list, read, register, change."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from sqlalchemy import select

from approval_service.api.access import DirectoryReader, Runner
from approval_service.api.organisation_access import Administrator, fetch, shown
from approval_service.api.organisation_requests import CalendarChange, NewCalendar
from approval_service.api.organisation_views import CalendarPage, CalendarView
from approval_service.commands import changing_calendars as changing
from approval_service.domain.organisation.calendar import calendar_uuid
from approval_service.read_models.organisation import calendars
from approval_service.read_models.organisation_queries import CALENDAR_SORTS, view
from opentas_shared.domain.time import Moment
from opentas_shared.web.concurrency import single
from opentas_shared.web.history import History, history
from opentas_shared.web.operations import changes, creates, lists, reads_one
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources

router = APIRouter(prefix="/v1/calendars", tags=["organisation"])


@router.get("", response_model=CalendarPage, summary="List working calendars", **lists())
def list_calendars(caller: DirectoryReader, request: Request, page: PageQuery) -> Response:
    """The working calendars of the organisation."""
    with resources(request).database.read() as connection:
        return paginate(
            connection,
            select(calendars),
            page,
            sorts=CALENDAR_SORTS,
            default_sort="id",
            key=calendars.c.id,
            view=view,
        )


@router.post(
    "", response_model=CalendarView, summary="Register a working calendar", **creates(403, 409, 422)
)
async def register_calendar(
    body: NewCalendar, caller: Administrator, request: Request, commands: Runner
) -> Response:
    """Add a working calendar; the first one becomes the default of the organisation."""
    return await commands.create(
        changing.register_calendar,
        changing.RegisterCalendar(body.id, body.plan(), Moment.now()),
        view=shown(calendars, body.id),
        location="/v1/calendars/{id}",
        caller=caller,
        request=request,
    )


@router.get(
    "/{calendar_id}", response_model=CalendarView, summary="Read a working calendar", **reads_one()
)
def read_calendar(calendar_id: str, caller: DirectoryReader, request: Request) -> Response:
    """One working calendar."""
    return single(request, view(fetch(calendars, "calendar", calendar_id, request)))


@router.patch(
    "/{calendar_id}",
    response_model=CalendarView,
    summary="Change a working calendar",
    **changes(403, 422),
)
async def change_calendar(
    calendar_id: str,
    body: CalendarChange,
    caller: Administrator,
    request: Request,
    commands: Runner,
) -> Response:
    """What is not sent stays; limits that were set already stay as they were worked out."""
    return await commands.change(
        changing.change_calendar,
        changing.ChangeCalendar(calendar_id, body.changes(), Moment.now()),
        id=calendar_uuid(calendar_id),
        view=shown(calendars, calendar_id),
        caller=caller,
        request=request,
    )


@router.get(
    "/{calendar_id}/history",
    response_model=History,
    summary="Read the history of a working calendar",
    responses=problems(404),
)
def read_calendar_history(calendar_id: str, caller: DirectoryReader, request: Request) -> History:
    """Every change of a working calendar, oldest first."""
    row = fetch(calendars, "calendar", calendar_id, request)
    return History(**history(resources(request).events, row["stream_id"]))
