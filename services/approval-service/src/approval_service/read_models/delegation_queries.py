"""How long-term delegations are asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from approval_service.read_models.delegations import delegations, in_force
from opentas_shared.persistence.columns import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

SORTS: dict[str, ColumnElement[Any]] = {
    "created_at": delegations.c.created_at,
    "from_at": delegations.c.from_at,
    "until_at": delegations.c.until_at,
}


@dataclass(frozen=True)
class DelegationFilters:
    """What a list of delegations can be narrowed by."""

    principal_id: str | None = None
    deputy_id: str | None = None
    flow: str | None = None
    in_force_at: datetime | None = None
    revoked: bool | None = None


def within(visible: frozenset[str] | None) -> Select[Any]:
    """The delegations of and to people that the caller may see; None: everybody."""
    statement = select(delegations)
    if visible is None:
        return statement
    columns = delegations.c
    return statement.where(or_(columns.principal_id.in_(visible), columns.deputy_id.in_(visible)))


def matching(filters: DelegationFilters, visible: frozenset[str] | None) -> Select[Any]:
    """The visible delegations that match; one for all flows matches each flow."""
    columns = delegations.c
    statement = within(visible)
    if filters.in_force_at is not None:
        statement = statement.where(*in_force(filters.in_force_at))
    if filters.principal_id is not None:
        statement = statement.where(columns.principal_id == filters.principal_id)
    if filters.deputy_id is not None:
        statement = statement.where(columns.deputy_id == filters.deputy_id)
    if filters.flow is not None:
        statement = statement.where(
            or_(columns.flows == [], columns.flows.contains([filters.flow]))
        )
    if filters.revoked is not None:
        statement = statement.where(columns.revoked_at.is_not(None) == filters.revoked)
    return statement


def view(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A delegation as the API answers it."""
    return {name: row[name] for name in names_of(delegations)}
