"""Commands on an existing lead. Each needs ``If-Match`` and answers the lead as it is then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Request, Response

from lead_service.api.access import Runner, Writer, check_access, shown
from lead_service.api.conversion_requests import ConversionRequest
from lead_service.api.lead_requests import (
    AssignmentRequest,
    ClassificationRequest,
    DiscardRequest,
    LeadChangeRequest,
    QualificationRequest,
)
from lead_service.api.views import LeadView
from lead_service.commands.changing import ChangeLead, change
from lead_service.commands.converting import ConvertLead, convert
from lead_service.commands.screening import (
    AssignLead,
    ClassifyLead,
    DiscardLead,
    QualifyLead,
    assign,
    classify,
    discard,
    qualify,
)
from lead_service.read_models.lead_queries import view, within
from lead_service.read_models.leads import leads
from opentas_shared.domain.ids import derived_id
from opentas_shared.web.operations import changes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentas_shared.web.auth import Caller
    from opentas_shared.web.commands import Commands

router = APIRouter(prefix="/v1/leads/{lead_id}", tags=["leads"])


async def _run(
    function: Callable[..., object],
    command: Any,
    caller: Caller,
    request: Request,
    commands: Commands,
    extra_headers: Mapping[str, str] | None = None,
) -> Response:
    await check_access(leads, within, command.lead_id, caller, request)
    return await commands.change(
        function,
        command,
        id=command.lead_id,
        view=shown(leads, view, command.lead_id),
        caller=caller,
        request=request,
        extra_headers=extra_headers,
    )


@router.patch("", response_model=LeadView, summary="Change the facts of a lead", **changes())
async def change_lead(
    lead_id: UUID, body: LeadChangeRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """Add or correct facts. Source, generation mode and natural key stay as captured."""
    at = commands.moment(body.effective_at, caller)
    command = ChangeLead(lead_id, body.changes(), at)
    return await _run(change, command, caller, request, commands)


@router.post("/classification", response_model=LeadView, summary="Classify a lead", **changes())
async def classify_lead(
    lead_id: UUID,
    caller: Writer,
    request: Request,
    commands: Runner,
    body: ClassificationRequest | None = None,
) -> Response:
    """By policy (R-05, R-06) as of now, or by hand: against the policy only with a reason."""
    body = body or ClassificationRequest()
    at = commands.moment(body.effective_at, caller)
    command = ClassifyLead(lead_id, body.classification, body.reason, at)
    return await _run(classify, command, caller, request, commands)


@router.post("/assignment", response_model=LeadView, summary="Assign a lead", **changes())
async def assign_lead(
    lead_id: UUID, body: AssignmentRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """Move the lead to another owner, who must be known to the organisation directory."""
    at = commands.moment(body.effective_at, caller)
    command = AssignLead(lead_id, body.owner_id, body.reason, at)
    return await _run(assign, command, caller, request, commands)


@router.post("/qualification", response_model=LeadView, summary="Qualify a lead", **changes())
async def qualify_lead(
    lead_id: UUID, body: QualificationRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """Confirm the creation criteria (R-01); refused with the list of those that are missing."""
    at = commands.moment(body.effective_at, caller)
    command = QualifyLead(lead_id, frozenset(body.criteria), body.note, at)
    return await _run(qualify, command, caller, request, commands)


@router.post("/discard", response_model=LeadView, summary="Discard a lead", **changes())
async def discard_lead(
    lead_id: UUID, body: DiscardRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """Give the lead up, with a reason."""
    at = commands.moment(body.effective_at, caller)
    command = DiscardLead(lead_id, body.reason, body.reason_text, at)
    return await _run(discard, command, caller, request, commands)


@router.post("/conversion", response_model=LeadView, summary="Convert a lead", **changes())
async def convert_lead(
    lead_id: UUID,
    caller: Writer,
    request: Request,
    commands: Runner,
    body: ConversionRequest | None = None,
) -> Response:
    """Open an opportunity, once (R-01 to R-04). The answer names it: `opportunity_id`.

    Without `owner_id` the lead's owner keeps it if that is a salesperson, else you take it over
    if you are one (R-07). Read the opportunity with `Prefer: wait=5`: it is there in a moment.
    """
    body = body or ConversionRequest()
    at = commands.moment(body.effective_at, caller)
    command = ConvertLead(lead_id, body.opening(), body.customer(caller, at), caller.subject, at)
    link = f'</v1/opportunities/{derived_id("opportunity", lead_id)}>; rel="related"'
    return await _run(convert, command, caller, request, commands, {"link": link})
