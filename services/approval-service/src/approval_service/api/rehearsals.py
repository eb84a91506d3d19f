"""Rehearsals: what a definition would have done to the approvals of a period."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Request, Response
from pydantic_core import to_json

from approval_service.api.access import Reader
from approval_service.api.definition_bodies import of_flow
from approval_service.api.reading import rows_of
from approval_service.api.rehearsal_views import RehearsalRequest, RehearsalView
from approval_service.commands.judging_definitions import check_definition
from approval_service.commands.previewing import definition_meant
from approval_service.commands.rehearsing import jobs
from approval_service.commands.rehearsing.running import Period
from approval_service.configuration.reading import definition_from
from approval_service.domain.approval.errors import ADMINISTRATOR
from approval_service.domain.flows.definition import Definition
from approval_service.settings import ApprovalSettings
from opentas_shared.domain.errors import NotFound
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources

router = APIRouter(prefix="/v1/flow-definitions/rehearsals", tags=["flows"])
PATH = "/v1/flow-definitions/rehearsals/{id}"


@router.post(
    "",
    response_model=RehearsalView,
    status_code=201,
    summary="Rehearse a definition",
    responses={
        202: {"model": RehearsalView, "description": "It runs; read it until it is done."},
        **problems(403, 404, 409, 422),
    },
)
def start_rehearsal(body: RehearsalRequest, caller: Reader, request: Request) -> Response:
    """Play the recorded approvals of a period by the definition; nothing of them is changed.

    The same people decide the same at the same nodes, with the organisation as it was; a node
    that was not there agrees. 201 with the result for few approvals, 202 for many.
    """
    caller.needs_role(ADMINISTRATOR)
    settings = resources(request).settings
    assert isinstance(settings, ApprovalSettings)
    job = jobs.Job(
        Period(body.flow, body.since, body.until), _definition(body, request), caller.subject
    )
    id = jobs.start(job, resources(request), at_once=settings.approval_rehearsal_at_once)
    view = _view(id, request)
    status = 202 if view["state"] == "RUNNING" else 201
    headers = {"location": PATH.format(id=id)}
    return Response(to_json(view), status, headers, "application/json")


@router.get(
    "/{rehearsal_id}",
    response_model=RehearsalView,
    summary="Read a rehearsal",
    responses=problems(403, 404),
)
def read_rehearsal(rehearsal_id: UUID, caller: Reader, request: Request) -> dict[str, Any]:
    """How far it is, and its result when it is done."""
    caller.needs_role(ADMINISTRATOR)
    return _view(rehearsal_id, request)


@router.delete(
    "/{rehearsal_id}",
    response_model=RehearsalView,
    summary="Cancel a rehearsal",
    responses=problems(403, 404),
)
def cancel_rehearsal(rehearsal_id: UUID, caller: Reader, request: Request) -> dict[str, Any]:
    """Stop it; one that has ended stays as it is."""
    caller.needs_role(ADMINISTRATOR)
    jobs.cancel(rehearsal_id, resources(request))
    return _view(rehearsal_id, request)


def _definition(body: RehearsalRequest, request: Request) -> Definition:
    with rows_of(request) as rows:
        if body.definition is not None:
            file = of_flow(definition_from(body.definition), body.flow)
            definition = file.as_definition(file.version or 1)
        else:
            definition = definition_meant(
                body.flow, rows, version=body.version, draft_id=body.draft_id
            )
        check_definition(definition, rows)
    return definition


def _view(id: UUID, request: Request) -> dict[str, Any]:
    row = jobs.read(id, resources(request))
    if row is None:
        raise NotFound("rehearsal", id)
    view = {name: value for name, value in row.items() if name != "definition"}
    return {**view, "definition_version": row["definition"]["version"]}
