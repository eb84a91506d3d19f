"""Drafts of flow definitions: write, change, judge, publish, discard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select

from approval_service.api.access import Reader, Runner, Writer
from approval_service.api.definition_bodies import (
    DefinitionBody,
    fault_views,
    of_flow,
    with_definition,
)
from approval_service.api.flow_views import DraftPage, DraftSummary, DraftView, FlowView, shown_flow
from approval_service.api.reading import rows_of
from approval_service.commands.drafting_flows import (
    DiscardDraft,
    SaveDraft,
    change_draft,
    discard_draft,
    start_draft,
)
from approval_service.commands.judging_definitions import judge
from approval_service.commands.publishing_flows import PublishDraft, publish_draft
from approval_service.configuration.reading import definition_from
from approval_service.domain.approval.errors import ADMINISTRATOR
from approval_service.domain.flows.flow import flow_id
from approval_service.read_models.drafts import flow_drafts
from approval_service.read_models.flows import flows
from opentas_shared.domain.errors import NotFound
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment
from opentas_shared.web.concurrency import single
from opentas_shared.web.operations import changes, creates, lists, reads_one
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.requests import resources

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentas_shared.persistence.rows import Rows
    from opentas_shared.persistence.unit_of_work import UnitOfWork

router = APIRouter(prefix="/v1/flows/{flow}/drafts", tags=["flows"])
Note = Annotated[str, Query(max_length=1_000, description="What the draft is for.")]


@router.post(
    "",
    response_model=DraftView,
    summary="Save a new draft",
    **with_definition(creates(403, 422)),
)
async def create_flow_draft(
    flow: str,
    file: DefinitionBody,
    caller: Writer,
    request: Request,
    commands: Runner,
    note: Note = "",
) -> Response:
    """Keep a definition, right or wrong; the first draft makes a flow known."""
    caller.needs_role(ADMINISTRATOR)
    command = SaveDraft(flow, new_id(), of_flow(file, flow), note, Moment.now())
    return await commands.create(
        start_draft,
        command,
        view=_shown(command.draft_id),
        location="/v1/flows/{flow}/drafts/{draft_id}",
        caller=caller,
        request=request,
    )


@router.get("", response_model=DraftPage, summary="List the drafts of a flow", **lists())
def list_flow_drafts(flow: str, caller: Reader, request: Request, page: PageQuery) -> Response:
    """The drafts that are neither published nor discarded, without their faults."""
    statement = (
        select(flow_drafts, flows.c.version)
        .join(flows, flows.c.flow == flow_drafts.c.flow)
        .where(flow_drafts.c.flow == flow)
    )
    with resources(request).database.read() as connection:
        return paginate(
            connection,
            statement,
            page,
            sorts={"created_at": flow_drafts.c.created_at},
            default_sort="-created_at",
            key=flow_drafts.c.draft_id,
            view=lambda row: {name: row[name] for name in DraftSummary.model_fields},
        )


@router.get("/{draft_id}", response_model=DraftView, summary="Read a draft", **reads_one())
def read_flow_draft(flow: str, draft_id: UUID, caller: Reader, request: Request) -> Response:
    """A draft with all its faults; its version is that of its flow."""
    with rows_of(request) as rows:
        view = _view(draft_id, rows)
    if view["flow"] != flow:
        raise NotFound("draft", draft_id)
    return single(request, view)


@router.put(
    "/{draft_id}",
    response_model=DraftView,
    summary="Change a draft",
    **with_definition(changes(403, 422)),
)
async def change_flow_draft(
    flow: str,
    draft_id: UUID,
    file: DefinitionBody,
    caller: Writer,
    request: Request,
    commands: Runner,
    note: Note = "",
) -> Response:
    """Give the draft another content."""
    caller.needs_role(ADMINISTRATOR)
    return await commands.change(
        change_draft,
        SaveDraft(flow, draft_id, of_flow(file, flow), note, Moment.now()),
        id=flow_id(flow),
        view=_shown(draft_id),
        caller=caller,
        request=request,
    )


@router.delete(
    "/{draft_id}", response_model=FlowView, summary="Discard a draft", **changes(403, 422)
)
async def discard_flow_draft(
    flow: str, draft_id: UUID, caller: Writer, request: Request, commands: Runner
) -> Response:
    """Drop the draft; its history stays with the flow."""
    caller.needs_role(ADMINISTRATOR)
    return await commands.change(
        discard_draft,
        DiscardDraft(flow, draft_id, Moment.now()),
        id=flow_id(flow),
        view=shown_flow(flow),
        caller=caller,
        request=request,
    )


@router.post(
    "/{draft_id}/publication",
    response_model=FlowView,
    summary="Publish a draft",
    **changes(403, 422),
)
async def publish_flow_draft(
    flow: str, draft_id: UUID, caller: Writer, request: Request, commands: Runner
) -> Response:
    """Put the draft in force as the next version; refused with all its faults (422).

    Approvals that run keep their version.
    """
    caller.needs_role(ADMINISTRATOR)
    return await commands.change(
        publish_draft,
        PublishDraft(flow, draft_id, Moment.now()),
        id=flow_id(flow),
        view=shown_flow(flow),
        caller=caller,
        request=request,
    )


def _shown(draft_id: UUID) -> Callable[[UnitOfWork], dict[str, Any]]:
    return lambda work: _view(draft_id, work.rows)


def _view(draft_id: UUID, rows: Rows) -> dict[str, Any]:
    row = rows.get(flow_drafts, draft_id=draft_id)
    if row is None:
        raise NotFound("draft", draft_id)
    flow = rows.get(flows, flow=row["flow"]) or {}
    definition = definition_from(row["content"]).as_definition(1)
    faults = fault_views(judge(definition, rows))
    return {**row, "version": flow["version"], "faults": faults}
