"""How the leads are asked for: single views, filters, sorts and the data scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import or_, select

from lead_service.read_models.leads import leads
from opentas_shared.domain.ids import derived_id
from opentas_shared.persistence.columns import names_of
from opentas_shared.web.filters import narrowed, searched

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement, Select

SORTS: dict[str, ColumnElement[Any]] = {
    "created_at": leads.c.created_at,
    "updated_at": leads.c.updated_at,
}


@dataclass(frozen=True)
class LeadFilters:
    """What a list of leads can be narrowed by; ``source=""`` asks for blank sources."""

    status: tuple[str, ...] = ()
    source: str | None = None
    owner_id: str | None = None
    classification: str | None = None
    customer_id: UUID | None = None
    natural_key: str | None = None
    created_at_gte: datetime | None = None
    created_at_lt: datetime | None = None
    q: str | None = None


def matching(filters: LeadFilters, visible: frozenset[str] | None) -> Select[Any]:
    """The leads that match and that the caller may see."""
    lead_id = filters.natural_key and derived_id("lead", filters.natural_key)
    statement = narrowed(
        select(leads),
        equal={
            leads.c.id: lead_id,
            leads.c.status: filters.status,
            leads.c.source: filters.source,
            leads.c.owner_id: filters.owner_id,
            leads.c.classification: filters.classification,
            leads.c.customer_id: filters.customer_id,
        },
        at_least={leads.c.created_at: filters.created_at_gte},
        below={leads.c.created_at: filters.created_at_lt},
    )
    statement = searched(
        statement, filters.q, leads.c.title, leads.c.description, leads.c.natural_key
    )
    return statement if visible is None else statement.where(within(visible))


def within(visible: frozenset[str]) -> ColumnElement[bool]:
    """The data scope: who owns a lead sees it, and who owned it before it was converted."""
    owners = sorted(visible)
    return or_(leads.c.owner_id.in_(owners), leads.c.previous_owner_id.in_(owners))


def view(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A lead as the API answers it."""
    shown = {name: row[name] for name in names_of(leads)}
    opportunity_id = shown["opportunity_id"]
    shown["opportunity_url"] = opportunity_id and f"/v1/opportunities/{opportunity_id}"
    return shown
