"""Capture a lead."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lead_service.commands.references import check_contact, check_customer
from lead_service.configuration.configured import configured
from lead_service.domain.lead import Lead
from opentas_shared.domain.errors import AlreadyExists
from opentas_shared.domain.ids import derived_id, new_id
from opentas_shared.organisation.references import check_person

if TYPE_CHECKING:
    from uuid import UUID

    from lead_service.domain.facts import LeadFacts, LeadOrigin
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class CaptureLead:
    """Capture a lead. ``historic``: an import may bring codes and people that are not known."""

    lead_id: UUID
    origin: LeadOrigin
    facts: LeadFacts
    owner_id: str
    at: Moment
    historic: bool = False
    waived: frozenset[str] = frozenset()


def lead_id_of(natural_key: str | None) -> UUID:
    """The id of a new lead: derived from its natural key if it has one, so that one key is one
    lead (C39) whoever captures it and however often.
    """
    return new_id() if natural_key is None else derived_id("lead", natural_key)


def capture(command: CaptureLead, work: UnitOfWork) -> None:
    """Start a lead in state NEW. ``AlreadyExists`` (409) for a natural key seen before."""
    natural_key = command.origin.natural_key
    if natural_key is not None and work.find(Lead, command.lead_id) is not None:
        raise AlreadyExists(
            f"There is a lead with the natural key {natural_key!r}.",
            lead_id=str(command.lead_id),
        )
    start(command, work)


def start(command: CaptureLead, work: UnitOfWork) -> None:
    """The same where no lead is known to have this id."""
    origin = command.origin
    if not command.historic:
        if origin.source:
            configured().check("lead-sources", "source", origin.source)
        check_person("owner_id", command.owner_id, work)
    configured().check("generation-modes", "generation_mode", origin.generation_mode)
    check_facts(command.facts, work)
    if origin.generation_mode is None:
        origin = replace(origin, generation_mode=configured().mode_of(origin.source))
    work.save(Lead.capture(command.lead_id, origin, command.facts, command.owner_id, command.at))


def check_facts(facts: LeadFacts, work: UnitOfWork) -> None:
    """Refuse codes that are not configured and things that do not exist (422)."""
    configuration = configured()
    configuration.check("scales", "scale", facts.scale)
    configuration.check("customer-importances", "customer_importance", facts.customer_importance)
    configuration.check("solution-fits", "solution_fit", facts.solution_fit)
    check_customer("customer_id", facts.customer_id, work)
    check_contact("contact_id", facts.contact_id, work)
