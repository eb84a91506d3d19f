"""What partners lead and have registered (class E, TAS 2-2, R-15)."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from fastapi import APIRouter, Request, Response

from opentas_shared.domain.time import utc_now
from opentas_shared.web.filters import narrowed, owned_by, searched
from opentas_shared.web.operations import changes, lists
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources
from opentas_shared.web.scope import visible_owners
from opportunity_service.api.access import Reader, Runner, Writer, fetch, run
from opportunity_service.api.effect_views import RegistrationPage, Registrations, RegistrationView
from opportunity_service.api.requests import PartnerLedRequest
from opportunity_service.api.views import OpportunityView
from opportunity_service.commands.revising import ChangePartnerLed, change_partner_led
from opportunity_service.read_models.opportunities import opportunities
from opportunity_service.read_models.registrations import COLUMNS, SORTS, all_at, status_at

router = APIRouter(tags=["approvals"])
SHOWN = tuple(RegistrationView.model_fields)


def view(row: Any) -> dict[str, Any]:
    """A registration as the API answers it."""
    return {name: row[name] for name in SHOWN}


@router.post(
    "/v1/opportunities/{opportunity_id}/partner-led-change",
    response_model=OpportunityView,
    summary="Say whether a partner leads an opportunity",
    **changes(),
)
async def change_opportunity_partner_led(
    opportunity_id: UUID,
    body: PartnerLedRequest,
    caller: Writer,
    request: Request,
    commands: Runner,
) -> Response:
    """What a partner leads is class E: it is registered by 2-2 before it is initiated (R-15)."""
    at = commands.moment(body.effective_at, caller)
    command = ChangePartnerLed(opportunity_id, at, body.partner_led)
    return await run(change_partner_led, command, caller, request, commands)


@router.get(
    "/v1/opportunities/{opportunity_id}/registration",
    response_model=Registrations,
    summary="List the class E registrations of an opportunity",
    responses=problems(404),
)
def list_opportunity_registrations(
    opportunity_id: UUID, caller: Reader, request: Request
) -> dict[str, Any]:
    """Newest first: the first one tells whether it is registered now."""
    with resources(request).database.read() as connection:
        fetch(connection, opportunity_id, caller, request)
        statement = all_at(utc_now()).where(COLUMNS.opportunity_id == opportunity_id)
        rows = connection.execute(statement.order_by(COLUMNS.registered_at.desc())).mappings()
        return {"items": [view(row) for row in rows]}


@router.get(
    "/v1/class-e-registrations",
    response_model=RegistrationPage,
    summary="List the class E registrations",
    **lists(),
)
def list_class_e_registrations(
    caller: Reader,
    request: Request,
    page: PageQuery,
    status: Literal["LIVE", "EXPIRED", "ENDED"] | None = None,
    partner: str | None = None,
    customer_id: UUID | None = None,
    q: str | None = None,
) -> Response:
    """Those of opportunities that you may see, newest first; `status` is as of now."""
    now = utc_now()
    with resources(request).database.read() as connection:
        statement = narrowed(
            all_at(now),
            equal={
                status_at(now): status,
                COLUMNS.partner: partner,
                COLUMNS.customer_id: str(customer_id) if customer_id else None,
            },
        )
        statement = searched(statement, q, COLUMNS.partner, COLUMNS.customer, COLUMNS.project)
        visible = visible_owners(caller, request, connection)
        return paginate(
            connection,
            owned_by(statement, opportunities.c.owner_id, visible),
            page,
            sorts=SORTS,
            default_sort="-registered_at",
            key=COLUMNS.id,
            view=view,
        )
