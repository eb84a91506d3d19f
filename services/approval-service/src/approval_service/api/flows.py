"""Flow definitions: what is in force, what was, and whether one could be."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from approval_service.api.access import Reader
from approval_service.api.definition_bodies import (
    DEFINITION_BODY,
    FaultView,
    Judgement,
    fault_views,
)
from approval_service.api.definition_views import DefinitionPage, DefinitionView, NodeView
from approval_service.api.reading import rows_of
from approval_service.commands.judging_definitions import judge
from approval_service.configuration.flow_file import FlowFile
from approval_service.configuration.reading import read_definition
from approval_service.domain.flows.definition import Definition
from approval_service.domain.flows.errors import DefinitionInvalid
from approval_service.domain.flows.nodes import ApprovalNode, each
from approval_service.read_models.flows import flow_definitions
from opentas_shared.domain.errors import NotFound
from opentas_shared.web.concurrency import single
from opentas_shared.web.operations import lists, reads_one
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.requests import resources

SHOWN = frozenset({"flow", "version", "number", "name", "name_zh", "subject", "form"})
router = APIRouter(prefix="/v1/flow-definitions", tags=["flows"])


@router.get("", response_model=DefinitionPage, summary="List flow definitions", **lists())
def list_flow_definitions(
    caller: Reader,
    request: Request,
    page: PageQuery,
    flow: str | None = None,
    in_force: Annotated[
        bool | None, Query(description="Only what starts now, or only not.")
    ] = None,
) -> Response:
    """Every version of every flow, by flow."""
    statement = select(flow_definitions)
    if flow is not None:
        statement = statement.where(flow_definitions.c.flow == flow)
    if in_force is not None:
        statement = statement.where(flow_definitions.c.in_force.is_(in_force))
    with resources(request).database.read() as connection:
        return paginate(
            connection,
            statement,
            page,
            sorts={"flow": flow_definitions.c.flow},
            default_sort="flow",
            key=flow_definitions.c.version,
            view=_view,
        )


@router.get(
    "/{flow}", response_model=DefinitionView, summary="Read a flow definition", **reads_one()
)
def read_flow_definition(
    flow: str,
    caller: Reader,
    request: Request,
    version: Annotated[int | None, Query(description="Null: the one in force.")] = None,
) -> Response:
    """One version of a flow; running approvals keep the version that they started with."""
    table = flow_definitions
    which = table.c.in_force if version is None else table.c.version == version
    with resources(request).database.read() as connection:
        found = connection.execute(select(table).where(table.c.flow == flow, which)).mappings()
        row = found.first()
    if row is None:
        raise NotFound("flow definition", flow if version is None else f"{flow} version {version}")
    return single(request, _view(row))


@router.post(
    "/validation",
    response_model=Judgement,
    summary="Validate a flow definition",
    openapi_extra={"requestBody": DEFINITION_BODY},
)
async def validate_flow_definition(caller: Reader, request: Request) -> Judgement:
    """All faults of a definition with their places; nothing is kept."""
    try:
        file = read_definition(await request.body())
    except DefinitionInvalid as error:
        faults = [
            FaultView(pointer=one.pointer, code=one.code, detail=one.detail)
            for one in error.violations
        ]
        return Judgement(valid=False, faults=faults)
    return await run_in_threadpool(_judged, file, request)


def _judged(file: FlowFile, request: Request) -> Judgement:
    with rows_of(request) as rows:
        faults = judge(file.as_definition(file.version or 1), rows)
    return Judgement(valid=not faults, faults=[FaultView(**one) for one in fault_views(faults)])


def _view(row: Any) -> dict[str, Any]:
    definition = Definition.from_dict(row["definition"])
    asking = (node for node in each(definition.nodes) if isinstance(node, ApprovalNode))
    return {
        **{name: value for name, value in row["definition"].items() if name in SHOWN},
        "in_force": row["in_force"],
        "published_at": row["published_at"],
        "nodes": [NodeView.model_validate(node.as_dict()).model_dump() for node in asking],
        "content": FlowFile.of(definition).as_json(),
    }
