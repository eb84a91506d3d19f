"""Who is booked for presales, across opportunities."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from opentas_shared.persistence.columns import names_of
from opentas_shared.web.filters import narrowed
from opentas_shared.web.operations import lists
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.requests import resources
from opentas_shared.web.scope import visible_owners
from opportunity_service.api.access import Reader
from opportunity_service.api.effect_views import BookingPage
from opportunity_service.read_models.presales_bookings import (
    COLUMNS,
    SORTS,
    held,
    presales_bookings,
    visible_to,
)

router = APIRouter(tags=["approvals"])


@router.get(
    "/v1/presales-bookings",
    response_model=BookingPage,
    summary="List the presales bookings",
    **lists(),
)
def list_presales_bookings(
    caller: Reader,
    request: Request,
    page: PageQuery,
    person_id: str | None = None,
    opportunity_id: UUID | None = None,
    from_: Annotated[
        AwareDatetime | None, Query(alias="from", description="Ending after this instant.")
    ] = None,
    to: Annotated[AwareDatetime | None, Query(description="Starting before this instant.")] = None,
) -> Response:
    """Of people and opportunities that you may see, in the order of their times."""
    with resources(request).database.read() as connection:
        statement = narrowed(
            visible_to(held(), visible_owners(caller, request, connection)),
            equal={COLUMNS.person_id: person_id, COLUMNS.opportunity_id: opportunity_id},
            below={COLUMNS.starts_at: to},
        )
        if from_ is not None:
            statement = statement.where(COLUMNS.ends_at > from_)
        return paginate(
            connection,
            statement,
            page,
            sorts=SORTS,
            default_sort="starts_at",
            key=COLUMNS.id,
            view=lambda row: {name: row[name] for name in names_of(presales_bookings)},
        )
