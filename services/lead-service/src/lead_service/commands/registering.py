"""Register and change customers and contacts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lead_service.commands.references import check_customer
from lead_service.configuration.configured import configured
from lead_service.domain.contact import Contact, ContactFacts
from lead_service.domain.customer import Customer
from lead_service.domain.errors import PossibleDuplicate
from lead_service.read_models.contacts import similar_contacts
from lead_service.read_models.customers import similar_customers
from opentas_shared.organisation.references import check_person

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from lead_service.domain.customer_facts import CustomerFacts
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class RegisterCustomer:
    """``force`` registers even what looks like a duplicate (C8)."""

    customer_id: UUID
    facts: CustomerFacts
    owner_id: str
    force: bool
    at: Moment


def register_customer(command: RegisterCustomer, work: UnitOfWork) -> None:
    """Start a customer. ``PossibleDuplicate`` (409) names the candidates."""
    check_person("owner_id", command.owner_id, work)
    if not command.force:
        candidates = similar_customers(work.rows, command.facts)
        if candidates:
            raise PossibleDuplicate("customer", candidates)
    work.save(Customer.register(command.customer_id, command.facts, command.owner_id, command.at))


@dataclass(frozen=True)
class ChangeCustomer:
    """``changes`` maps names of ``CustomerFacts`` or ``owner_id`` to new values."""

    customer_id: UUID
    changes: Mapping[str, Any]
    at: Moment


def change_customer(command: ChangeCustomer, work: UnitOfWork) -> None:
    """Record what differs; core fields of a verified customer need TAS 1-3 (R-21)."""
    customer = work.get(Customer, command.customer_id)
    if "owner_id" in command.changes:
        check_person("owner_id", command.changes["owner_id"], work)
    customer.change(command.changes, configured().core, command.at)
    work.save(customer)


@dataclass(frozen=True)
class RegisterContact:
    """``force`` registers even what looks like a duplicate (C8)."""

    contact_id: UUID
    facts: ContactFacts
    owner_id: str
    force: bool
    at: Moment


def register_contact(command: RegisterContact, work: UnitOfWork) -> None:
    """Start a contact. ``PossibleDuplicate`` (409) names the candidates."""
    check_person("owner_id", command.owner_id, work)
    check_customer("customer_id", command.facts.customer_id, work)
    configured().check("contact-roles", "role", command.facts.role)
    if not command.force:
        candidates = similar_contacts(work.rows, command.facts)
        if candidates:
            raise PossibleDuplicate("contact", candidates)
    work.save(Contact.register(command.contact_id, command.facts, command.owner_id, command.at))


@dataclass(frozen=True)
class ChangeContact:
    """``changes`` maps names of ``ContactFacts`` or ``owner_id`` to new values."""

    contact_id: UUID
    changes: Mapping[str, Any]
    at: Moment


def change_contact(command: ChangeContact, work: UnitOfWork) -> None:
    """Record what differs."""
    contact = work.get(Contact, command.contact_id)
    if "owner_id" in command.changes:
        check_person("owner_id", command.changes["owner_id"], work)
    check_customer("customer_id", command.changes.get("customer_id"), work)
    configured().check("contact-roles", "role", command.changes.get("role"))
    contact.change(command.changes, command.at)
    work.save(contact)
