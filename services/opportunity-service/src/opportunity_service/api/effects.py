"""What approvals changed at one opportunity, part by part."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Request

from opentas_shared.persistence.columns import names_of
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources
from opportunity_service.api.access import Reader, fetch
from opportunity_service.api.effect_views import Dispatches, Documents, Grants, Hours, Plans
from opportunity_service.domain.effects.kinds import EffectKind
from opportunity_service.read_models.effects import approved_effects, of_opportunity

if TYPE_CHECKING:
    from opentas_shared.web.auth import Caller

PLANS = (
    EffectKind.TECHNICAL_GUIDANCE_PLAN,
    EffectKind.BUSINESS_RELATIONS_PLAN,
    EffectKind.TECHNICAL_PROPOSAL,
    EffectKind.COMMERCIAL_PLAN,
    EffectKind.CONTRACT_SCOPE,
)
ABOUT = [name for name in names_of(approved_effects) if name != "content"]

router = APIRouter(prefix="/v1/opportunities/{opportunity_id}", tags=["approvals"])


def _effects(
    opportunity_id: UUID, kinds: tuple[EffectKind, ...], caller: Caller, request: Request
) -> list[dict[str, Any]]:
    with resources(request).database.read() as connection:
        fetch(connection, opportunity_id, caller, request)
        rows = connection.execute(of_opportunity(opportunity_id, kinds)).mappings()
        return [{**row["content"], **{name: row[name] for name in ABOUT}} for row in rows]


@router.get(
    "/presales-resources",
    response_model=Grants,
    summary="List the presales resources granted to an opportunity",
    responses=problems(404),
)
def list_opportunity_presales_resources(
    opportunity_id: UUID, caller: Reader, request: Request
) -> dict[str, Any]:
    """People granted by 2-3 and what 4-1 granted for tests, oldest first."""
    kinds = (EffectKind.PRESALES_RESOURCES, EffectKind.TEST_RESOURCES)
    return {"items": _effects(opportunity_id, kinds, caller, request)}


@router.get(
    "/dispatches",
    response_model=Dispatches,
    summary="List who was dispatched to an opportunity",
    responses=problems(404),
)
def list_opportunity_dispatches(
    opportunity_id: UUID, caller: Reader, request: Request
) -> dict[str, Any]:
    """What 2-5 dispatched, oldest first."""
    return {"items": _effects(opportunity_id, (EffectKind.DISPATCH,), caller, request)}


@router.get(
    "/hours",
    response_model=Hours,
    summary="List the presales hours approved for an opportunity",
    responses=problems(404),
)
def list_opportunity_hours(
    opportunity_id: UUID, caller: Reader, request: Request
) -> dict[str, Any]:
    """What 2-6 approved, oldest first, with the sums of what holds."""
    items = _effects(opportunity_id, (EffectKind.HOURS,), caller, request)
    by_person: Counter[str] = Counter()
    for line in (line for item in items if item["holds"] for line in item["entries"]):
        by_person[line["person_id"]] += line["half_hours"]
    return {
        "items": items,
        "total_half_hours": by_person.total(),
        "by_person": [
            {"person_id": person, "half_hours": count}
            for person, count in sorted(by_person.items())
        ],
    }


@router.get(
    "/plans",
    response_model=Plans,
    summary="List the approved plans of an opportunity",
    responses=problems(404),
)
def list_opportunity_plans(
    opportunity_id: UUID, caller: Reader, request: Request
) -> dict[str, Any]:
    """Every version that 3-1, 3-2, 6-1, 6-2 and 7-1 approved, oldest first."""
    return {"items": _effects(opportunity_id, PLANS, caller, request)}


@router.get(
    "/documents",
    response_model=Documents,
    summary="List the documents issued for an opportunity",
    responses=problems(404),
)
def list_opportunity_documents(
    opportunity_id: UUID, caller: Reader, request: Request
) -> dict[str, Any]:
    """Certificates and sealed documents that 6-4 issued, oldest first."""
    return {"items": _effects(opportunity_id, (EffectKind.DOCUMENTS,), caller, request)}
