"""Who calls, and reading one opportunity within the caller's data scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request, Response
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from opentas_shared.domain.errors import NotFound
from opentas_shared.web.auth import Caller, requires
from opentas_shared.web.commands import Commands, commands
from opentas_shared.web.requests import resources
from opentas_shared.web.scope import DataScope, data_scope, ensure_visible, visible_owners
from opportunity_service.read_models.opportunities import opportunities
from opportunity_service.read_models.opportunity_queries import view
from opportunity_service.read_models.presales_bookings import took_part

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy import Connection, RowMapping

    from opentas_shared.persistence.unit_of_work import UnitOfWork

Reader = Annotated[Caller, Depends(requires("opportunities:read"))]
Writer = Annotated[Caller, Depends(requires("opportunities:write"))]
Importer = Annotated[Caller, Depends(requires("import"))]
Runner = Annotated[Commands, Depends(commands)]


def fetch(connection: Connection, id: UUID, caller: Caller, request: Request) -> RowMapping:
    """The row; ``NotFound`` (404) when there is none or it lies outside the data scope.

    Whoever was dispatched to it sees it, too: hours are reported by those who took part (R-16).
    """
    row = (
        connection.execute(select(opportunities).where(opportunities.c.id == id)).mappings().first()
    )
    if row is None:
        raise NotFound("opportunity", id)
    visible = visible_owners(caller, request, connection)
    hidden = visible is not None and row["owner_id"] not in visible
    if hidden and connection.execute(took_part(caller.subject, id)).first() is None:
        ensure_visible("opportunity", id, row["owner_id"], visible)
    return row


def read(id: UUID, caller: Caller, request: Request) -> RowMapping:
    """The same with a connection of its own."""
    with resources(request).database.read() as connection:
        return fetch(connection, id, caller, request)


def shown(id: UUID) -> Callable[[UnitOfWork], dict[str, Any]]:
    """The view of an opportunity as a unit of work leaves it, for the answer to a command."""

    def show(work: UnitOfWork) -> dict[str, Any]:
        row = work.rows.get(opportunities, id=id)
        assert row is not None
        return view(row)

    return show


async def run(
    function: Callable[[Any, UnitOfWork], object],
    command: Any,
    caller: Caller,
    request: Request,
    runner: Commands,
    *,
    answer: Callable[[UnitOfWork], dict[str, Any]] | None = None,
    status: int = 200,
    location: str | None = None,
) -> Response:
    """Run a command on the opportunity that it names; 404 outside the caller's data scope."""
    id: UUID = command.opportunity_id
    scopes = resources(request).settings.data_scopes
    if data_scope(caller, scopes) is not DataScope.ALL:
        await run_in_threadpool(read, id, caller, request)
    return await runner.change(
        function,
        command,
        id=id,
        view=answer or shown(id),
        caller=caller,
        request=request,
        status=status,
        location=location,
    )
