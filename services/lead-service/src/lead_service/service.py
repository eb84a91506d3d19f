"""What lead-service is made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from lead_service.api import (
    batches,
    contacts,
    customer_approvals,
    customers,
    lead_approvals,
    lead_commands,
    leads,
    reference,
)
from lead_service.configuration.configured import configured
from lead_service.domain.contact import Contact
from lead_service.domain.customer import Customer
from lead_service.domain.lead import Lead
from lead_service.publishing import PUBLISHED
from lead_service.reactions import REACTIONS
from lead_service.read_models.contacts import CONTACTS
from lead_service.read_models.customers import CUSTOMERS
from lead_service.read_models.leads import LEADS
from lead_service.read_models.metadata import metadata
from lead_service.read_models.requested_approvals import REQUESTED_APPROVALS
from lead_service.settings import LeadSettings
from opentas_shared.runtime.service import Service

if TYPE_CHECKING:
    from opentas_shared.runtime.resources import Resources


def start(resources: Resources) -> None:
    """Read the configuration files, a wrong one stops the start."""
    configured.use(resources.settings)


SERVICE = Service(
    name="lead-service",
    title="Leads",
    title_zh="线索",
    description=(
        "Leads from capture to conversion, with their customers and contacts. "
        "线索：采集、分级、分配、资格确认、转化；客户与联系人。"
    ),
    settings=LeadSettings,
    metadata=metadata,
    migrations=Path(__file__).parents[2] / "migrations",
    projections=(LEADS, CUSTOMERS, CONTACTS, REQUESTED_APPROVALS),
    publishing=PUBLISHED,
    reactions=REACTIONS,
    aggregates=(Lead, Customer, Contact),
    routers=(
        batches.router,
        leads.router,
        lead_commands.router,
        lead_approvals.router,
        customers.router,
        customer_approvals.router,
        contacts.router,
        reference.router,
    ),
    on_start=start,
)
