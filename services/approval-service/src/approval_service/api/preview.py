"""Previews: who will be asked and why, before a request is made and while it runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field

from approval_service.api.access import Reader, fetch_approval
from approval_service.api.reading import rows_of
from approval_service.commands.judging_definitions import check_definition
from approval_service.commands.previewing import (
    Question,
    definition_meant,
    preview,
    preview_rest,
)
from approval_service.configuration.forms import submission_faults
from approval_service.domain.approval.approval import Approval
from opentas_shared.domain.time import Moment
from opentas_shared.web.bodies import ApiModel, FormContent, UserId
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources

if TYPE_CHECKING:
    from approval_service.domain.approval.foresight import Foresight, Step
    from approval_service.domain.flows.definition import Definition

router = APIRouter(prefix="/v1", tags=["approvals"])


class PreviewRequest(ApiModel):
    """A request that you think of; at most one of `draft_id` and `definition_version`."""

    facts: FormContent = Field(
        default_factory=dict,
        description="Of the subject; what is left out is not known.",
        examples=[{"base_amount_minor": 150000000, "amount_grade": "A"}],
    )
    form: FormContent = Field(default_factory=dict)
    submitter_id: UserId | None = Field(None, description="Null: you.")
    subject_id: str = Field("", max_length=128)
    definition_version: int | None = Field(None, description="Null: the one in force.")
    draft_id: UUID | None = None


class PreviewPerson(BaseModel):
    """Somebody who is asked at a node, or who gets a copy."""

    person_id: str = Field(examples=["zhao.min"])
    role: str = Field(description="For which role or post; empty for none.")
    principal_id: str | None = Field(description="In whose place, by a delegation.")
    reason_code: str | None = Field(description="Why a machine agrees for them.")


class ParallelBranch(BaseModel):
    """A branch of a parallel node."""

    node: str
    branch: str


class PreviewStep(BaseModel):
    """One node on the way."""

    node: str = Field(examples=["sales_director"])
    name: str
    name_zh: str
    kind: str = Field(examples=["APPROVAL"])
    mode: str | None = Field(description="How the decisions of its people make the node's.")
    status: str = Field(description="ACTIVE: people are asked; SKIPPED or PASSED: by machine.")
    branch: str | None = Field(description="The branch that a choice takes.")
    within: list[ParallelBranch] = Field(description="Parallel branches around it.")
    people: list[PreviewPerson]
    reason_code: str
    reason: str


class FormFaultView(BaseModel):
    """What is not right in the form as given."""

    field: str
    detail: str


class PreviewView(BaseModel):
    """The way when everybody agrees, in its order."""

    flow: str
    definition_version: int
    outcome: str | None = Field(examples=["APPROVED"])
    stopped: str | None = Field(description="Why it could not go on.")
    form_faults: list[FormFaultView]
    steps: list[PreviewStep]


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
    submitter = body.submitter_id or caller.subject
    question = Question(submitter, body.facts, body.form, body.subject_id)
    with rows_of(request) as rows:
        definition = definition_meant(
            flow, rows, version=body.definition_version, draft_id=body.draft_id
        )
        if body.draft_id is not None:
            check_definition(definition, rows)
        seen = preview(question, definition, rows, Moment.now())
    faults = [
        {"field": fault.field, "detail": fault.detail}
        for fault in submission_faults(definition, body.form)
    ]
    return {**_view(seen, definition), "form_faults": faults}


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
            "form_faults": [],
            "steps": [],
        }
    with rows_of(request) as rows:
        seen = preview_rest(approval, rows, Moment.now())
    return {**_view(seen, definition), "form_faults": []}


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
