"""The customers as they are now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text, Uuid, select

from lead_service.domain.customer import Customer, CustomerFacts
from lead_service.domain.facts import restored
from lead_service.read_models.metadata import metadata
from lead_service.read_models.similar import KEYS, keys_of, similar
from opentas_shared.persistence.columns import names_of
from opentas_shared.persistence.projection import Projection
from opentas_shared.web.filters import narrowed, searched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

customers = Table(
    "customers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("phone", Text),
    Column("email", Text),
    Column("website", Text),
    Column("industry", Text),
    Column("region", Text),
    Column("address", Text),
    Column("registration_no", Text),
    Column("owner_id", Text, nullable=False),
    Column("name_key", Text, nullable=False),
    Column("phone_key", Text),
    Column("email_key", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index(None, "name_key"),
    Index(None, "phone_key"),
    Index(None, "email_key"),
    Index(None, "created_at", "id"),
    Index(None, "owner_id", "created_at", "id"),
)

SORTS: dict[str, ColumnElement[Any]] = {
    "created_at": customers.c.created_at,
    "name": customers.c.name,
}


def apply(event: Any, record: Recorded, rows: Rows) -> None:
    """Change the row of the customer of an event."""
    versions = {"version": record.originator_version, "updated_at": record.recorded_at}
    if isinstance(event, Customer.Created):
        facts = restored(CustomerFacts, event.facts)
        first = {
            "id": event.originator_id,
            "owner_id": event.owner_id,
            "created_at": event.timestamp,
        }
        rows.new(customers, {**vars(facts), **keys_of(facts), **first, **versions})
    elif isinstance(event, Customer.Changed):
        row = rows.get(customers, id=event.originator_id)
        if row is not None:
            changed = row | event.changes
            keys = keys_of(restored(CustomerFacts, changed))
            rows.put(customers, {**changed, **keys, **versions})


CUSTOMERS = Projection("customers", (customers,), apply)


def similar_customers(rows: Rows, facts: CustomerFacts) -> Sequence[dict[str, Any]]:
    """Customers with the same name, phone or e-mail."""
    return similar(rows, customers, facts)


@dataclass(frozen=True)
class CustomerFilters:
    """What a list of customers can be narrowed by."""

    owner_id: str | None = None
    created_at_gte: datetime | None = None
    created_at_lt: datetime | None = None
    q: str | None = None


def matching(filters: CustomerFilters, visible: frozenset[str] | None) -> Select[Any]:
    """The customers that match and that the caller may see."""
    statement = narrowed(
        select(customers),
        equal={
            customers.c.owner_id: filters.owner_id,
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
    return {name: row[name] for name in names_of(customers) if name not in KEYS}
