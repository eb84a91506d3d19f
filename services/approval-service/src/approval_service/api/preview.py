"""Previews: who will be asked and why, before a request is made and while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Request

from approval_service.api.access import Reader, fetch_approval
from approval_service.api.preview_views import PreviewRequest, PreviewView
from approval_service.api.reading import rows_of
from approval_service.commands.judging_definitions import check_definition
from approval_service.commands.previewing import definition_meant, preview, preview_rest
from approval_service.commands.starting import StartApproval
from approval_service.configuration.conditions import pinned
from approval_service.domain.approval.approval import Approval
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment
from opentas_shared.web.auth import Caller
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources

if TYPE_CHECKING:
    from approval_service.domain.approval.foresight import Foresight, Step
    from approval_service.domain.flows.definition import Definition

router = APIRouter(prefix="/v1", tags=["approvals"])


@router.post(
    "/flows/{flow}/preview",
    response_model=PreviewView,
    summary="Preview a request",
    responses=problems(404, 422),
)
def preview_request(
    flow: str, body: PreviewRequest, caller: Reader, request: Request
) -> dict[str, Any]:
    """Who would be asked, in what order and why, if everybody agreed; nothing is kept.

    A draft with faults has no way (422).
    """
    with rows_of(request) as rows:
        definition = definition_meant(
            flow, rows, version=body.definition_version, draft_id=body.draft_id
        )
        if body.draft_id is not None:
            check_definition(definition, rows)
        seen, refusal = preview(_command(body, caller, definition), definition, rows)
    return {**_view(seen, definition), "refusal": vars(refusal) if refusal else None}


@router.get(
    "/approvals/{approval_id}/preview",
    response_model=PreviewView,
    summary="Preview the rest of an approval",
    responses=problems(404),
)
def preview_approval(approval_id: UUID, caller: Reader, request: Request) -> dict[str, Any]:
    """What is still to come when everybody agrees; empty for an approval that does not run."""
    fetch_approval(approval_id, caller, request)
    approval = resources(request).events.load(Approval, approval_id)
    definition = approval.definition
    if definition is None:
        return {
            "flow": approval.flow,
            "definition_version": 0,
            "outcome": str(approval.status),
            "stopped": None,
            "refusal": None,
            "steps": [],
        }
    with rows_of(request) as rows:
        seen = preview_rest(approval, rows, Moment.now())
    return {**_view(seen, definition), "refusal": None}


def _command(body: PreviewRequest, caller: Caller, definition: Definition) -> StartApproval:
    """The request, with the facts that conditions see; those that were not given are null."""
    return StartApproval(
        approval_id=new_id(),
        flow=definition.flow,
        request_no=1,
        subject_type=definition.subject,
        subject_id=body.subject_id,
        submitter_id=body.submitter_id or caller.subject,
        facts={**body.facts, **pinned(definition.subject, body.facts)},
        form=body.form,
        at=Moment.now(),
    )


def _view(seen: Foresight, definition: Definition) -> dict[str, Any]:
    return {
        "flow": definition.flow,
        "definition_version": definition.version,
        "outcome": seen.outcome,
        "stopped": seen.stopped,
        "steps": [_step(step, definition) for step in seen.steps],
    }


def _step(step: Step, definition: Definition) -> dict[str, Any]:
    described = definition.by_id[step.node].as_dict()
    return {
        "node": step.node,
        "name": described["name"],
        "name_zh": described["name_zh"],
        "kind": described["kind"],
        "mode": described.get("mode"),
        "status": str(step.status),
        "branch": step.branch,
        "within": [{"node": node, "branch": branch} for node, branch in step.within],
        "people": [vars(one) for one in step.people],
        "reason_code": step.reason_code,
        "reason": step.reason,
    }
