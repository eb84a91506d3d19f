"""Leads: capture, list, single read, history and what can be done now."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from lead_service.api.access import Reader, Runner, Writer, fetch, shown
from lead_service.api.lead_requests import LeadCaptureRequest
from lead_service.api.views import LeadPage, LeadView
from lead_service.commands.capturing import CaptureLead, capture, lead_id_of
from lead_service.configuration.configured import configured
from lead_service.domain.allowed import REQUIRED_FIELDS, against
from lead_service.domain.lead import Lead
from lead_service.domain.states import LeadCommand
from lead_service.read_models.lead_queries import SORTS, LeadFilters, matching, view, within
from lead_service.read_models.leads import leads
from opentas_shared.web.allowed import AllowedCommand, AllowedCommands, Reason, allowed_commands
from opentas_shared.web.concurrency import single
from opentas_shared.web.history import History, history
from opentas_shared.web.operations import creates, lists, reads_one
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources
from opentas_shared.web.scope import visible_owners

router = APIRouter(tags=["leads"])


@router.post("/v1/leads", response_model=LeadView, summary="Capture a lead", **creates(409))
async def capture_lead(
    body: LeadCaptureRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """Start a lead in state NEW; 409 when its natural key is known already."""
    lead_id = lead_id_of(body.natural_key)
    command = CaptureLead(
        lead_id=lead_id,
        origin=body.origin(),
        facts=body.facts(),
        owner_id=body.owner_id or caller.subject,
        at=commands.moment(body.effective_at, caller),
    )
    return await commands.create(
        capture,
        command,
        view=shown(leads, view, lead_id),
        location="/v1/leads/{id}",
        caller=caller,
        request=request,
    )


@router.get("/v1/leads", response_model=LeadPage, summary="List leads", **lists())
def list_leads(
    caller: Reader,
    request: Request,
    page: PageQuery,
    status: Annotated[list[str] | None, Query(description="One or several states.")] = None,
    source: Annotated[str | None, Query(description="Empty asks for blank sources.")] = None,
    owner_id: str | None = None,
    classification: str | None = None,
    customer_id: UUID | None = None,
    natural_key: str | None = None,
    created_at_gte: AwareDatetime | None = None,
    created_at_lt: AwareDatetime | None = None,
    q: Annotated[str | None, Query(max_length=200, description="Words of the title.")] = None,
) -> Response:
    """The leads that you may see, newest first; sort by `created_at` or `updated_at`."""
    filters = LeadFilters(
        status=tuple(status or ()),
        source=source,
        owner_id=owner_id,
        classification=classification,
        customer_id=customer_id,
        natural_key=natural_key,
        created_at_gte=created_at_gte,
        created_at_lt=created_at_lt,
        q=q,
    )
    with resources(request).database.read() as connection:
        return paginate(
            connection,
            matching(filters, visible_owners(caller, request, connection)),
            page,
            sorts=SORTS,
            default_sort="-created_at",
            key=leads.c.id,
            view=view,
        )


@router.get("/v1/leads/{lead_id}", response_model=LeadView, summary="Read a lead", **reads_one())
def read_lead(lead_id: UUID, caller: Reader, request: Request) -> Response:
    """The lead as it is now."""
    return single(request, view(fetch(leads, within, lead_id, caller, request)))


@router.get(
    "/v1/leads/{lead_id}/history",
    response_model=History,
    summary="Read the history of a lead",
    responses=problems(404),
)
def read_lead_history(lead_id: UUID, caller: Reader, request: Request) -> History:
    """Every event of the lead, oldest first: what, who, when, and the values before."""
    fetch(leads, within, lead_id, caller, request)
    return History(**history(resources(request).events, lead_id))


@router.get(
    "/v1/leads/{lead_id}/allowed-commands",
    response_model=AllowedCommands,
    summary="Read what can be done with a lead",
    responses=problems(404),
)
def read_lead_allowed_commands(lead_id: UUID, caller: Reader, request: Request) -> AllowedCommands:
    """Each command, whether it is possible for you now, and what speaks against it."""
    fetch(leads, within, lead_id, caller, request)
    lead = resources(request).events.load(Lead, lead_id)
    may_write = "leads:write" in caller.scopes
    return allowed_commands(_allowed(command, lead, may_write) for command in LeadCommand)


def _allowed(command: LeadCommand, lead: Lead, may_write: bool) -> AllowedCommand:
    reasons = [
        Reason(rule=violation.rule or violation.code, detail=violation.detail)
        for violation in against(command, lead, configured().creation)
    ]
    if not may_write:
        reasons.append(Reason(rule="scope:leads:write", detail="Your token may not write leads."))
    changes = command is LeadCommand.CHANGE
    path = f"/v1/leads/{lead.id}"
    return AllowedCommand(
        command=command,
        allowed=not reasons,
        reasons=reasons,
        required_fields=list(REQUIRED_FIELDS.get(command, ())),
        method="PATCH" if changes else "POST",
        path=path if changes else f"{path}/{command}",
    )
