"""Convert a lead into an opportunity (C1, C2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lead_service.commands.references import check_contact, check_customer
from lead_service.commands.registering import register_customer
from lead_service.configuration.configured import configured
from lead_service.domain.lead import Lead
from opentas_shared.domain.errors import RequirementsMissing, Violation
from opentas_shared.organisation.directory import person
from opentas_shared.organisation.references import check_person

if TYPE_CHECKING:
    from uuid import UUID

    from lead_service.commands.registering import RegisterCustomer
    from lead_service.domain.opening import Opening
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class ConvertLead:
    """Open an opportunity with these facts.

    ``owner_id`` in ``opening`` may be empty: see ``new_owner``. ``new_customer`` registers a
    customer in the same transaction; otherwise the opportunity belongs to the one named in
    ``opening``, or to the lead's. ``historic``: an import may name people that are not known.
    """

    lead_id: UUID
    opening: Opening
    new_customer: RegisterCustomer | None
    converted_by: str
    at: Moment
    historic: bool = False
    waived: frozenset[str] = frozenset()


def convert(command: ConvertLead, work: UnitOfWork) -> None:
    """R-01 to R-04, once; the refusal names every rule that is broken."""
    lead = work.get(Lead, command.lead_id)
    opening = owned(command.opening, lead, work, historic=command.historic)
    if command.new_customer is not None:
        opening = replace(opening, customer_id=command.new_customer.customer_id)
    lead.convert(
        opening, command.converted_by, configured().creation, command.at, waived=command.waived
    )
    if command.new_customer is not None:
        register_customer(command.new_customer, work)
    work.save(lead)


def owned(opening: Opening, lead: Lead, work: UnitOfWork, *, historic: bool = False) -> Opening:
    """The opening with its owner; refuses (422) things and people that do not exist."""
    check_customer("customer_id", opening.customer_id, work)
    check_contact("contact_id", opening.contact_id, work)
    if opening.owner_id and not historic:
        check_person("owner_id", opening.owner_id, work)
    if not opening.owner_id:
        owner = lead.owner_id if historic else new_owner(lead, work)
        opening = replace(opening, owner_id=owner)
    return opening


def new_owner(lead: Lead, work: UnitOfWork) -> str:
    """Who takes over when nobody is named (R-07): the lead's owner if that is a salesperson,
    else whoever converts, if a salesperson; somebody unknown to the directory passes.

    Raises ``RequirementsMissing`` when both are known and neither sells.
    """
    selling = set(configured().creation_file.sales_posts)
    for candidate in (lead.owner_id, work.context.actor):
        found = person(work.rows, candidate)
        if found is None or selling & (found.posts | found.roles):
            return candidate
    detail = "Name the salesperson who takes the opportunity over."
    raise RequirementsMissing(
        "An opportunity is owned by sales.",
        violations=[Violation("MISSING", detail, pointer="/owner_id", rule="R-07")],
    )
