"""All projections of metrics-service, and which of them an event concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics_service.read_models import approvals, leads, opportunities, opportunity_values
from metrics_service.read_models.stage_models import STAGE_MODELS
from opentas_shared.contracts.opportunity import OpportunityOpened, StageModelPublished
from opentas_shared.organisation import directory
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Mapping

    from metrics_service.read_models.facts import Fact
    from opentas_shared.contracts.contract import Contract

DIRECTORY = Projection("directory", directory.TABLES, directory.apply)

PROJECTIONS = (
    leads.LEADS,
    opportunities.OPPORTUNITIES,
    approvals.APPROVALS,
    STAGE_MODELS,
    DIRECTORY,
)

CONCERNED: Mapping[type[Contract], tuple[Projection, ...]] = {
    **dict.fromkeys(leads.VALUES, (leads.LEADS,)),
    **dict.fromkeys(opportunity_values.VALUES, (opportunities.OPPORTUNITIES,)),
    OpportunityOpened: (opportunities.OPPORTUNITIES, STAGE_MODELS),
    StageModelPublished: (STAGE_MODELS,),
    **dict.fromkeys(approvals.VALUES, (approvals.APPROVALS,)),
    **dict.fromkeys(directory.REACTIONS, (DIRECTORY,)),
}
"""Published event -> the projections whose rows it may change."""

FACT_OF: Mapping[type[Contract], Fact] = {
    **dict.fromkeys(leads.VALUES, leads.FACT),
    **dict.fromkeys(opportunity_values.VALUES, opportunities.FACT),
    **dict.fromkeys(approvals.VALUES, approvals.FACT),
}
"""Published event -> the kind of fact that it adds an entry to."""
