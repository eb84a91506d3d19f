"""Flows as things that are in use or not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field
from sqlalchemy import select

from approval_service.api.access import Reader, Runner, Writer
from approval_service.api.flow_views import FlowPage, FlowView, flow_view, shown_flow
from approval_service.commands.publishing_flows import ChangeUse, reinstate, retire
from approval_service.domain.approval.errors import ADMINISTRATOR
from approval_service.domain.flows.flow import flow_id
from approval_service.read_models.flows import flows
from opentas_shared.domain.errors import NotFound
from opentas_shared.domain.time import Moment
from opentas_shared.web.auth import Caller
from opentas_shared.web.bodies import ApiModel
from opentas_shared.web.commands import Commands
from opentas_shared.web.concurrency import single
from opentas_shared.web.history import History, history
from opentas_shared.web.operations import changes, lists, reads_one
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentas_shared.persistence.unit_of_work import UnitOfWork

router = APIRouter(prefix="/v1/flows", tags=["flows"])


class UseRequest(ApiModel):
    """Why a flow is taken out of use, or into use again."""

    reason: str = Field(min_length=1, max_length=1_000, examples=["Replaced by TAS 6-2"])


@router.get("", response_model=FlowPage, summary="List flows", **lists())
def list_all_flows(
    caller: Reader, request: Request, page: PageQuery, state: str | None = None
) -> Response:
    """Every flow and whether approvals of it can be asked for."""
    statement = select(flows)
    if state is not None:
        statement = statement.where(flows.c.state == state)
    with resources(request).database.read() as connection:
        return paginate(
            connection,
            statement,
            page,
            sorts={"created_at": flows.c.created_at},
            default_sort="created_at",
            key=flows.c.flow,
            view=flow_view,
        )


@router.get("/{flow}", response_model=FlowView, summary="Read a flow", **reads_one())
def read_flow(flow: str, caller: Reader, request: Request) -> Response:
    """One flow; its versions are at `/v1/flow-definitions?flow=`."""
    return single(request, flow_view(_fetch(flow, request)))


@router.get(
    "/{flow}/history",
    response_model=History,
    summary="Read the history of a flow",
    responses=problems(404),
)
def read_flow_history(flow: str, caller: Reader, request: Request) -> History:
    """Drafts, publications and retirements, oldest first."""
    return History(**history(resources(request).events, _fetch(flow, request)["stream_id"]))


@router.post(
    "/{flow}/retirement", response_model=FlowView, summary="Retire a flow", **changes(403, 422)
)
async def retire_flow(
    flow: str, body: UseRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """停用: new requests are refused, running approvals go on."""
    return await _change(retire, flow, body, caller, request, commands)


@router.post(
    "/{flow}/reinstatement",
    response_model=FlowView,
    summary="Reinstate a flow",
    **changes(403, 422),
)
async def reinstate_flow(
    flow: str, body: UseRequest, caller: Writer, request: Request, commands: Runner
) -> Response:
    """启用: the version published last is in force again."""
    return await _change(reinstate, flow, body, caller, request, commands)


async def _change(
    function: Callable[[ChangeUse, UnitOfWork], None],
    flow: str,
    body: UseRequest,
    caller: Caller,
    request: Request,
    commands: Commands,
) -> Response:
    caller.needs_role(ADMINISTRATOR)
    return await commands.change(
        function,
        ChangeUse(flow, body.reason, Moment.now()),
        id=flow_id(flow),
        view=shown_flow(flow),
        caller=caller,
        request=request,
    )


def _fetch(flow: str, request: Request) -> Any:
    with resources(request).database.read() as connection:
        found = connection.execute(select(flows).where(flows.c.flow == flow)).mappings()
        row = found.first()
    if row is None:
        raise NotFound("flow", flow)
    return row
