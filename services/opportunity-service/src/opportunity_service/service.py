"""What opportunity-service is made of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from opentas_shared.domain.time import Moment
from opentas_shared.persistence.recorded import Context
from opentas_shared.runtime.service import Service
from opportunity_service.api import (
    approvals,
    batches,
    closing,
    durations,
    effects,
    history,
    moving,
    opportunities,
    presales_bookings,
    reference,
    registrations,
    revising,
    scope,
    stage_models,
)
from opportunity_service.commands.publishing_stage_models import (
    PublishStageModels,
    publish_stage_models,
)
from opportunity_service.configuration.configured import configured
from opportunity_service.domain.opportunity import Opportunity
from opportunity_service.domain.published_stage_model import PublishedStageModel
from opportunity_service.publishing import PUBLISHED
from opportunity_service.reactions import REACTIONS
from opportunity_service.read_models.approvals import APPROVALS
from opportunity_service.read_models.effects import EFFECTS_TAKEN
from opportunity_service.read_models.metadata import metadata
from opportunity_service.read_models.opportunities import OPPORTUNITIES
from opportunity_service.settings import OpportunitySettings

if TYPE_CHECKING:
    from opentas_shared.runtime.resources import Resources

NAME = "opportunity-service"


def start(resources: Resources) -> None:
    """Read the configuration files, a wrong one stops the start; announce the stage models."""
    configuration = configured.use(resources.settings)
    command = PublishStageModels(tuple(configuration.stage_models.all()), Moment.now())
    resources.executor.submit(
        lambda work: publish_stage_models(command, work),
        Context(actor=f"system:{NAME}", moment=command.at),
        patient=True,
    )


SERVICE = Service(
    name=NAME,
    title="Opportunities",
    title_zh="商机",
    description=(
        "Opportunities from the conversion of a lead to the signed contract: stages, grades, "
        "approvals, won and lost. 商机：阶段、分级、审批、赢单与输单、签约。"
    ),
    settings=OpportunitySettings,
    metadata=metadata,
    migrations=Path(__file__).parents[2] / "migrations",
    projections=(OPPORTUNITIES, APPROVALS, EFFECTS_TAKEN),
    publishing=PUBLISHED,
    reactions=REACTIONS,
    aggregates=(Opportunity, PublishedStageModel),
    routers=(
        batches.router,
        opportunities.router,
        history.router,
        durations.router,
        revising.router,
        moving.router,
        scope.router,
        approvals.router,
        effects.router,
        presales_bookings.router,
        registrations.router,
        closing.router,
        reference.router,
        stage_models.router,
    ),
    on_start=start,
)
