"""Which delegations a caller sees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from approval_service.read_models.delegation_queries import view, within
from approval_service.read_models.delegations import delegations
from opentas_shared.domain.errors import NotFound
from opentas_shared.web.requests import resources
from opentas_shared.web.scope import visible_owners

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from fastapi import Request

    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opentas_shared.web.auth import Caller


def fetch_delegation(id: UUID, caller: Caller, request: Request) -> dict[str, Any]:
    """The view; ``NotFound`` (404) when there is none or it lies outside the data scope."""
    with resources(request).database.read() as connection:
        statement = within(visible_owners(caller, request, connection))
        row = connection.execute(statement.where(delegations.c.id == id)).mappings().first()
    if row is None:
        raise NotFound("delegation", id)
    return view(row)


def shown_delegation(id: UUID) -> Callable[[UnitOfWork], dict[str, Any]]:
    """The view as a unit of work leaves it, for the answer to a command."""
    return lambda work: view(work.rows.get(delegations, id=id) or {})
