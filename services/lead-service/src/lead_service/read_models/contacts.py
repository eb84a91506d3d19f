"""The contacts as they are now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text, Uuid, select

from lead_service.domain.contact import Contact, ContactFacts
from lead_service.domain.facts import restored
from lead_service.read_models.metadata import metadata
from lead_service.read_models.similar import KEYS, keys_of, similar
from opentas_shared.persistence.columns import names_of
from opentas_shared.persistence.projection import Projection
from opentas_shared.web.filters import narrowed, searched

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import ColumnElement, Select

    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

contacts = Table(
    "contacts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("phone", Text),
    Column("email", Text),
    Column("position", Text),
    Column("role", Text),
    Column("customer_id", Uuid),
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
    Index(None, "customer_id", "created_at", "id"),
)

SORTS: dict[str, ColumnElement[Any]] = {
    "created_at": contacts.c.created_at,
    "name": contacts.c.name,
}


def apply(event: Any, record: Recorded, rows: Rows) -> None:
    """Change the row of the contact of an event."""
    versions = {"version": record.originator_version, "updated_at": record.recorded_at}
    if isinstance(event, Contact.Created):
        facts = restored(ContactFacts, event.facts)
        first = {
            "id": event.originator_id,
            "owner_id": event.owner_id,
            "created_at": event.timestamp,
        }
        rows.new(contacts, {**vars(facts), **keys_of(facts), **first, **versions})
    elif isinstance(event, Contact.Changed):
        row = rows.get(contacts, id=event.originator_id)
        if row is not None:
            facts = restored(ContactFacts, row | event.changes)
            owner_id = event.changes.get("owner_id", row["owner_id"])
            changed = {**vars(facts), **keys_of(facts), "owner_id": owner_id}
            rows.put(contacts, {**row, **changed, **versions})


CONTACTS = Projection("contacts", (contacts,), apply)


def similar_contacts(rows: Rows, facts: ContactFacts) -> Sequence[dict[str, Any]]:
    """Contacts with the same phone or e-mail, or with the same name at the same customer."""
    at_customer = contacts.c.customer_id.is_not_distinct_from(facts.customer_id)
    return similar(rows, contacts, facts, name_within=at_customer)


@dataclass(frozen=True)
class ContactFilters:
    """What a list of contacts can be narrowed by."""

    owner_id: str | None = None
    customer_id: UUID | None = None
    created_at_gte: datetime | None = None
    created_at_lt: datetime | None = None
    q: str | None = None


def matching(filters: ContactFilters, visible: frozenset[str] | None) -> Select[Any]:
    """The contacts that match and that the caller may see."""
    statement = narrowed(
        select(contacts),
        equal={
            contacts.c.owner_id: filters.owner_id,
            contacts.c.customer_id: filters.customer_id,
        },
        at_least={contacts.c.created_at: filters.created_at_gte},
        below={contacts.c.created_at: filters.created_at_lt},
    )
    statement = searched(statement, filters.q, contacts.c.name)
    return statement if visible is None else statement.where(within(visible))


def within(visible: frozenset[str]) -> ColumnElement[bool]:
    """The data scope: who owns it sees it."""
    return contacts.c.owner_id.in_(sorted(visible))


def view(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A contact as the API answers it."""
    return {name: row[name] for name in names_of(contacts) if name not in KEYS}
