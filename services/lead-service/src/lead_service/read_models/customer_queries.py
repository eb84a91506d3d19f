"""How the customers are asked for: single views, filters, sorts and the data scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from lead_service.read_models.customers import customers
from lead_service.read_models.similar import KEYS
from opentas_shared.persistence.columns import names_of
from opentas_shared.web.filters import narrowed, searched

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

SORTS: dict[str, ColumnElement[Any]] = {
    "created_at": customers.c.created_at,
    "name": customers.c.name,
}


@dataclass(frozen=True)
class CustomerFilters:
    """What a list of customers can be narrowed by."""

    owner_id: str | None = None
    verification_status: tuple[str, ...] = ()
    created_at_gte: datetime | None = None
    created_at_lt: datetime | None = None
    q: str | None = None


def matching(filters: CustomerFilters, visible: frozenset[str] | None) -> Select[Any]:
    """The customers that match and that the caller may see."""
    statement = narrowed(
        select(customers),
        equal={
            customers.c.owner_id: filters.owner_id,
            customers.c.verification_status: filters.verification_status,
        },
        at_least={customers.c.created_at: filters.created_at_gte},
        below={customers.c.created_at: filters.created_at_lt},
    )
    statement = searched(statement, filters.q, customers.c.name)
    return statement if visible is None else statement.where(within(visible))


def within(visible: frozenset[str]) -> ColumnElement[bool]:
    """The data scope: who owns it sees it."""
    return customers.c.owner_id.in_(sorted(visible))


def view(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A customer as the API answers it."""
    shown = {name: row[name] for name in names_of(customers) if name not in KEYS}
    return shown | {"proposed_changes": list(shown["proposed_changes"].values())}
