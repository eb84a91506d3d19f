"""All projections of metrics-service, and which of them an event concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics_service.read_models import (
    approval_values,
    approvals,
    leads,
    milestones,
    opportunities,
    opportunity_values,
)
from metrics_service.read_models.stage_models import STAGE_MODELS
from opentas_shared.contracts.opportunity import OpportunityOpened, StageModelPublished
from opentas_shared.organisation import directory
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from metrics_service.read_models.facts import Fact
    from opentas_shared.contracts.contract import Contract

DIRECTORY = Projection("directory", directory.TABLES, directory.apply)

PROJECTIONS = (
    leads.LEADS,
    opportunities.OPPORTUNITIES,
    approvals.APPROVALS,
    milestones.MILESTONES,
    STAGE_MODELS,
    DIRECTORY,
)

_TAKEN: tuple[tuple[Projection, Collection[type[Contract]]], ...] = (
    (leads.LEADS, leads.VALUES),
    (opportunities.OPPORTUNITIES, opportunity_values.VALUES),
    (approvals.APPROVALS, approval_values.VALUES),
    (milestones.MILESTONES, milestones.CONTRACTS),
    (STAGE_MODELS, (OpportunityOpened, StageModelPublished)),
    (DIRECTORY, directory.REACTIONS),
)

CONCERNED: Mapping[type[Contract], tuple[Projection, ...]] = {
    contract: tuple(projection for projection, taken in _TAKEN if contract in taken)
    for _, contracts in _TAKEN
    for contract in contracts
}
"""Published event -> the projections whose rows it may change."""

FACT_OF: Mapping[type[Contract], Fact] = {
    **dict.fromkeys(leads.VALUES, leads.FACT),
    **dict.fromkeys(opportunity_values.VALUES, opportunities.FACT),
    **dict.fromkeys(approval_values.VALUES, approvals.FACT),
}
"""Published event -> the kind of fact that it adds an entry to."""
