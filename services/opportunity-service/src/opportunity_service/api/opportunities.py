"""Opportunities: open, list, read, change, history and what can be done now."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from opentas_shared.domain.errors import Forbidden
from opentas_shared.web.concurrency import single
from opentas_shared.web.operations import changes, creates, lists, reads_one
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources
from opentas_shared.web.scope import visible_owners
from opentas_shared.web.waiting import preference_applied, waited
from opportunity_service.api.access import (
    Reader,
    Runner,
    Writer,
    fetch,
    read,
    run,
    shown,
)
from opportunity_service.api.allowed import allowed
from opportunity_service.api.command_views import OpportunityCommands
from opportunity_service.api.requests import ChangeRequest, OpeningRequest
from opportunity_service.api.views import OpportunityPage, OpportunityView
from opportunity_service.commands.circumstances import circumstances_of
from opportunity_service.commands.opening import OpenOpportunity, id_of, open_opportunity
from opportunity_service.commands.revising import Describe, describe
from opportunity_service.configuration.configured import configured
from opportunity_service.domain.opportunity import Opportunity
from opportunity_service.read_models.opportunities import opportunities
from opportunity_service.read_models.opportunity_queries import (
    DEFAULT_SORT,
    SORTS,
    OpportunityFilters,
    matching,
    view,
)

router = APIRouter(prefix="/v1/opportunities", tags=["opportunities"])


@router.post(
    "", response_model=OpportunityView, summary="Open an opportunity without a lead", **creates(409)
)
async def open_new_opportunity(
    body: OpeningRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """Only for the roles configured for it; normally the conversion of a lead opens it."""
    chosen = configured()
    if not caller.roles & chosen.openers:
        names = " or ".join(sorted(chosen.openers))
        raise Forbidden(
            f"An opportunity without a lead is opened by the role {names}; convert a lead instead.",
            policy="opportunity.openers",
        )
    opportunity_id = id_of(body.natural_key)
    command = OpenOpportunity(
        opportunity_id=opportunity_id,
        opening=body.opening(
            body.owner_id or caller.subject, body.natural_key, chosen.base_currency
        ),
        at=commands.moment(body.effective_at, caller),
        stage_model=body.stage_model,
        waived=commands.waived(body.waived_rules, caller),
    )
    return await commands.create(
        open_opportunity,
        command,
        view=shown(opportunity_id),
        location="/v1/opportunities/{id}",
        caller=caller,
        request=request,
    )


@router.get("", response_model=OpportunityPage, summary="List opportunities", **lists())
def list_opportunities(
    caller: Reader,
    request: Request,
    page: PageQuery,
    status: Annotated[list[str] | None, Query(description="One or several.")] = None,
    stage: Annotated[list[str] | None, Query(description="One or several.")] = None,
    stage_model: str | None = None,
    owner_id: str | None = None,
    source: Annotated[str | None, Query(description="Empty asks for blank sources.")] = None,
    lead_id: UUID | None = None,
    customer_id: UUID | None = None,
    amount_grade: str | None = None,
    strategic_grade: str | None = None,
    probability_grade: str | None = None,
    tas_class: str | None = None,
    partner_led: bool | None = None,
    initiated: Annotated[bool | None, Query(description="Whether 2-1 is approved.")] = None,
    natural_key: str | None = None,
    opened_at_gte: AwareDatetime | None = None,
    opened_at_lt: AwareDatetime | None = None,
    closed_at_gte: AwareDatetime | None = None,
    closed_at_lt: AwareDatetime | None = None,
    base_amount_minor_gte: Annotated[
        int | None, Query(description="Minor units of the base currency.")
    ] = None,
    base_amount_minor_lt: int | None = None,
    q: Annotated[str | None, Query(max_length=200, description="Words of the name.")] = None,
) -> Response:
    """The opportunities that you may see, newest first."""
    filters = OpportunityFilters(
        status=tuple(status or ()),
        stage=tuple(stage or ()),
        stage_model=stage_model,
        owner_id=owner_id,
        source=source,
        lead_id=str(lead_id) if lead_id else None,
        customer_id=str(customer_id) if customer_id else None,
        amount_grade=amount_grade,
        strategic_grade=strategic_grade,
        probability_grade=probability_grade,
        tas_class=tas_class,
        partner_led=partner_led,
        initiated=initiated,
        natural_key=natural_key,
        opened_at_gte=opened_at_gte,
        opened_at_lt=opened_at_lt,
        closed_at_gte=closed_at_gte,
        closed_at_lt=closed_at_lt,
        base_amount_minor_gte=base_amount_minor_gte,
        base_amount_minor_lt=base_amount_minor_lt,
        q=q,
    )
    with resources(request).database.read() as connection:
        return paginate(
            connection,
            matching(filters, visible_owners(caller, request, connection)),
            page,
            sorts=SORTS,
            default_sort=DEFAULT_SORT,
            key=opportunities.c.id,
            view=view,
        )


@router.get(
    "/{opportunity_id}",
    response_model=OpportunityView,
    summary="Read an opportunity",
    **reads_one(waits=True),
)
async def read_opportunity(opportunity_id: UUID, caller: Reader, request: Request) -> Response:
    """The opportunity as it is now. `Prefer: wait=5` waits until a conversion has opened it."""
    row = await waited(request, lambda: read(opportunity_id, caller, request))
    return single(request, view(row), headers=preference_applied(request))


@router.patch(
    "/{opportunity_id}",
    response_model=OpportunityView,
    summary="Change the name or description of an opportunity",
    **changes(),
)
async def change_opportunity(
    opportunity_id: UUID, body: ChangeRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """What is not sent stays."""
    at = commands.moment(body.effective_at, caller)
    command = Describe(opportunity_id, at, body.name, body.description)
    return await run(describe, command, caller, request, commands)


@router.get(
    "/{opportunity_id}/allowed-commands",
    response_model=OpportunityCommands,
    summary="Read what can be done with an opportunity",
    responses=problems(404),
)
def read_opportunity_allowed_commands(
    opportunity_id: UUID, caller: Reader, request: Request
) -> OpportunityCommands:
    """Each command, whether it is possible for you now, and what speaks against it."""
    own = resources(request)
    with own.database.read() as connection:
        fetch(connection, opportunity_id, caller, request)
        opportunity = own.events.load(Opportunity, opportunity_id)
        circumstances = circumstances_of(opportunity, connection)
    return OpportunityCommands(items=allowed(opportunity, circumstances, caller))
