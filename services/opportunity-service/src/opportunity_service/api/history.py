"""What happened to an opportunity, with every value before and after (C30)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request

from opentas_shared.web.history import entry
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources
from opportunity_service.api.access import Reader, read
from opportunity_service.api.views import OpportunityHistory
from opportunity_service.domain.facts import Facts
from opportunity_service.domain.opportunity import Opportunity

router = APIRouter(prefix="/v1/opportunities/{opportunity_id}", tags=["opportunities"])
OWN_VALUES = ("name", "description", "answers", "contract_no", "signed_on")
"""Values that stand in single events, not in the facts of every event."""


@router.get(
    "/history",
    response_model=OpportunityHistory,
    summary="Read the history of an opportunity",
    responses=problems(404),
)
def read_opportunity_history(
    opportunity_id: UUID, caller: Reader, request: Request
) -> dict[str, Any]:
    """Every event, oldest first: what, who, when, and each value before and after."""
    read(opportunity_id, caller, request)
    items = []
    values: dict[str, Any] = {}
    for event, recorded in resources(request).events.history(opportunity_id):
        assert isinstance(event, Opportunity.Event)
        facts = Facts(**event.facts).as_dict()
        own = {name: getattr(event, name) for name in OWN_VALUES if hasattr(event, name)}
        changes = {
            name: {"old": values.get(name), "new": value}
            for name, value in (facts | own).items()
            if values.get(name) != value
        }
        values |= facts | own
        items.append({**entry(event, recorded, {"facts", "stages"}), "changes": changes})
    return {"items": items}
