"""Who may change the organisation, and how its things are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends
from sqlalchemy import select

from approval_service.domain.approval.errors import ADMINISTRATOR
from approval_service.read_models.organisation_queries import view
from opentas_shared.domain.errors import NotFound
from opentas_shared.web.auth import Caller, requires
from opentas_shared.web.requests import resources

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request
    from sqlalchemy import Table

    from opentas_shared.persistence.unit_of_work import UnitOfWork

ORGANISATION_ADMIN = "organisation_admin"


async def administrator(
    caller: Annotated[Caller, Depends(requires("organisation:write"))],
) -> Caller:
    """Dependency: the caller, who may change the organisation; 403 otherwise."""
    caller.needs_role(ORGANISATION_ADMIN, ADMINISTRATOR)
    return caller


Administrator = Annotated[Caller, Depends(administrator)]


def fetch(table: Table, kind: str, id: str, request: Request) -> dict[str, Any]:
    """The row; ``NotFound`` (404) when there is none."""
    with resources(request).database.read() as connection:
        row = connection.execute(select(table).where(table.c.id == id)).mappings().first()
    if row is None:
        raise NotFound(kind, id)
    return dict(row)


def shown(table: Table, id: str) -> Callable[[UnitOfWork], dict[str, Any]]:
    """The view as a unit of work leaves it, for the answer to a command."""
    return lambda work: view(work.rows.get(table, id=id) or {})
