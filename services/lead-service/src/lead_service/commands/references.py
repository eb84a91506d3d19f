"""What a command names must exist: customers, contacts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lead_service.domain.contact import Contact
from lead_service.domain.customer import Customer
from opentas_shared.domain.errors import UnknownReference

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.persistence.unit_of_work import UnitOfWork


def check_customer(field: str, customer_id: UUID | None, work: UnitOfWork) -> None:
    """Refuse (422) a customer that does not exist."""
    if customer_id is not None and work.find(Customer, customer_id) is None:
        raise UnknownReference(field, customer_id)


def check_contact(field: str, contact_id: UUID | None, work: UnitOfWork) -> None:
    """Refuse (422) a contact that does not exist."""
    if contact_id is not None and work.find(Contact, contact_id) is None:
        raise UnknownReference(field, contact_id)
