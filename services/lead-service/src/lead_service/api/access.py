"""Reading one thing within the caller's data scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from opentas_shared.domain.errors import NotFound
from opentas_shared.web.allowed import AllowedCommands, allowed_commands, attempt
from opentas_shared.web.auth import Caller, requires
from opentas_shared.web.commands import Commands, commands
from opentas_shared.web.requests import resources
from opentas_shared.web.scope import DataScope, data_scope, visible_owners

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from sqlalchemy import ColumnElement, RowMapping, Table


Reader = Annotated[Caller, Depends(requires("leads:read"))]
Writer = Annotated[Caller, Depends(requires("leads:write"))]
Importer = Annotated[Caller, Depends(requires("import"))]
Runner = Annotated[Commands, Depends(commands)]


def fetch(
    table: Table,
    within: Callable[[frozenset[str]], ColumnElement[bool]],
    id: UUID,
    caller: Caller,
    request: Request,
) -> RowMapping:
    """The row; ``NotFound`` (404) when there is none or it lies outside the data scope."""
    with resources(request).database.read() as connection:
        visible = visible_owners(caller, request, connection)
        statement = select(table).where(table.c.id == id)
        if visible is not None:
            statement = statement.where(within(visible))
        row = connection.execute(statement).mappings().first()
    if row is None:
        raise NotFound(table.name.removesuffix("s"), id)
    return row


async def check_access(
    table: Table,
    within: Callable[[frozenset[str]], ColumnElement[bool]],
    id: UUID,
    caller: Caller,
    request: Request,
) -> None:
    """Refuse (404) a command on a thing outside the data scope, as if it did not exist."""
    scopes = resources(request).settings.data_scopes
    if data_scope(caller, scopes) is not DataScope.ALL:
        await run_in_threadpool(fetch, table, within, id, caller, request)


def shown(table: Table, view: Callable[[Any], dict[str, Any]], id: UUID) -> Any:
    """The view of a thing as a unit of work leaves it, for the answer to a command."""
    return lambda work: view(work.rows.get(table, id=id))


def only_change(path: str, caller: Caller) -> AllowedCommands:
    """The allowed commands of a thing without states."""
    return allowed_commands(
        [attempt("change", path, lambda: caller.needs_scope("leads:write"), method="PATCH")]
    )
