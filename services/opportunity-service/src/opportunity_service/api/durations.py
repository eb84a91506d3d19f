"""How long an opportunity stayed in each stage."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Request

from opentas_shared.domain.time import utc_now
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources
from opportunity_service.api.access import Reader, read
from opportunity_service.api.views import StageDurations
from opportunity_service.configuration.configured import configured
from opportunity_service.domain.opportunity import Opportunity

if TYPE_CHECKING:
    from datetime import datetime

router = APIRouter(prefix="/v1/opportunities/{opportunity_id}", tags=["opportunities"])
DAY_SECONDS = 86_400


@router.get(
    "/stage-durations",
    response_model=StageDurations,
    summary="Read how long an opportunity stayed in each stage",
    responses=problems(404),
)
def read_opportunity_stage_durations(
    opportunity_id: UUID, caller: Reader, request: Request
) -> dict[str, Any]:
    """Stays in a stage add up; the current one counts until now, or until the end."""
    row = read(opportunity_id, caller, request)
    stays = _stays(opportunity_id, request, row["closed_at"] or utc_now())
    model = configured().stage_models.version(row["stage_model"], row["stage_model_version"])
    highest = max(model.stage(stage).order for stage in stays)
    return {
        "items": [
            {
                "stage": stage.code,
                "stays": len(stays[stage.code]),
                "days": sum(stays[stage.code]) / DAY_SECONDS,
                "is_current": stage.code == row["stage"] and row["status"] == "OPEN",
                "planned_days": stage.planned_days,
            }
            for stage in model.stages
            if stage.order <= highest
        ]
    }


def _stays(
    opportunity_id: UUID, request: Request, until: datetime
) -> defaultdict[str, list[float]]:
    """The seconds of each stay, by stage."""
    stays: defaultdict[str, list[float]] = defaultdict(list)
    stage, since = "", until
    for event, _ in resources(request).events.history(opportunity_id):
        assert isinstance(event, Opportunity.Event)
        if event.facts["stage"] != stage:
            if stage:
                stays[stage].append((event.timestamp - since).total_seconds())
            stage, since = event.facts["stage"], event.timestamp
    stays[stage].append((until - since).total_seconds())
    return stays
