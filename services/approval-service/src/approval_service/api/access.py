"""Who calls, and what they may see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from sqlalchemy import select

from approval_service.domain.approval.errors import ADMINISTRATOR
from approval_service.read_models.approval_queries import view, within
from approval_service.read_models.approvals import approvals
from approval_service.read_models.hiding import hidden_from
from opentas_shared.domain.errors import NotFound
from opentas_shared.web.auth import Caller, requires
from opentas_shared.web.commands import Commands, commands
from opentas_shared.web.requests import resources
from opentas_shared.web.scope import DataScope, data_scope, owners_in_scope, visible_owners

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from sqlalchemy import RowMapping

    from opentas_shared.persistence.rows import Rows
    from opentas_shared.persistence.unit_of_work import UnitOfWork

Reader = Annotated[Caller, Depends(requires("approvals:read"))]
Writer = Annotated[Caller, Depends(requires("approvals:write"))]
DirectoryReader = Annotated[Caller, Depends(requires("organisation:read"))]
Importer = Annotated[Caller, Depends(requires("import"))]
Runner = Annotated[Commands, Depends(commands)]


def fetch_approval(id: UUID, caller: Caller, request: Request) -> RowMapping:
    """The row; ``NotFound`` (404) when there is none or it lies outside the data scope."""
    with resources(request).database.read() as connection:
        statement = select(approvals).where(approvals.c.id == id)
        visible = visible_owners(caller, request, connection)
        if visible is not None:
            statement = statement.where(within(visible))
        row = connection.execute(statement).mappings().first()
    if row is None:
        raise NotFound("approval", id)
    return row


def check_visible(id: UUID, caller: Caller, request: Request, rows: Rows) -> None:
    """Refuse (404) a command on an approval outside the data scope, as if it did not exist.

    In the transaction of the command, which needs the approval's row anyway.
    """
    scope = data_scope(caller, resources(request).settings.data_scopes)
    if scope is DataScope.ALL:
        return
    row = rows.get(approvals, id=id)
    if row is None:
        raise NotFound("approval", id)
    if caller.subject not in row["participants"]:
        visible = owners_in_scope(caller, scope, rows)
        if visible is not None and visible.isdisjoint(row["participants"]):
            raise NotFound("approval", id)


def shown(id: UUID, caller: Caller) -> Callable[[UnitOfWork], dict[str, Any]]:
    """The view of an approval as a unit of work leaves it, for the answer to a command."""

    def answer(work: UnitOfWork) -> dict[str, Any]:
        row = work.rows.get(approvals, id=id) or {}
        return view(row, hidden_for(caller, row))

    return answer


def hidden_for(caller: Caller, row: Mapping[Any, Any]) -> frozenset[str]:
    """The fields of the form that the caller may not see; administrators see all."""
    if ADMINISTRATOR in caller.roles:
        return frozenset()
    return hidden_from(caller.subject, row)
