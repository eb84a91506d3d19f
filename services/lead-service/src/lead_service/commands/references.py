"""What a command names must exist: people, customers, contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from lead_service.domain.contact import Contact
from lead_service.domain.customer import Customer
from lead_service.domain.errors import UnknownReference
from opentas_shared.organisation.directory import directory_people, person

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.persistence.unit_of_work import UnitOfWork


def check_person(field: str, person_id: str, work: UnitOfWork) -> None:
    """Refuse (422) somebody whom the directory does not know.

    Oneself is always known, and everybody is while no organisation was loaded.
    """
    if person_id == work.context.actor or person(work.rows, person_id) is not None:
        return
    if work.rows.select(select(directory_people.c.person_id).limit(1)):
        raise UnknownReference(field, person_id)


def check_customer(field: str, customer_id: UUID | None, work: UnitOfWork) -> None:
    """Refuse (422) a customer that does not exist."""
    if customer_id is not None and work.find(Customer, customer_id) is None:
        raise UnknownReference(field, customer_id)


def check_contact(field: str, contact_id: UUID | None, work: UnitOfWork) -> None:
    """Refuse (422) a contact that does not exist."""
    if contact_id is not None and work.find(Contact, contact_id) is None:
        raise UnknownReference(field, contact_id)
