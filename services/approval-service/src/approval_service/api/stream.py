"""The inbox live, as server-sent events."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.sse import EventSourceResponse, ServerSentEvent

from approval_service.api.access import Reader
from approval_service.live.broadcast import Broadcast
from approval_service.live.stream import Stream
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources

router = APIRouter(prefix="/v1/tasks", tags=["approvals"])


def broadcast_of(request: Request) -> Broadcast:
    """The one of this application."""
    state = request.app.state
    if not hasattr(state, "inbox_broadcast"):
        state.inbox_broadcast = Broadcast(resources(request))
    found: Broadcast = state.inbox_broadcast
    return found


@router.get(
    "/stream",
    response_class=EventSourceResponse,
    summary="Follow your inbox live",
    responses=problems(422),
)
async def follow_tasks(
    caller: Reader,
    request: Request,
    last_event_id: Annotated[
        int | None,
        Header(ge=0, description="The `id` of the last event seen; what came after is sent first."),
    ] = None,
) -> AsyncIterator[ServerSentEvent]:
    """What changes in your inbox, each with the position of its event as `id`.

    `task_assigned`, `task_opened`, `task_waits`, `task_decided`, `task_closed`, `task_reminder`,
    `urged`, `copied`, `copy_read`, and of what you submitted `approval_requested`,
    `approval_started`, `approval_returned`, `approval_recalled`, `approval_resubmitted`,
    `approval_completed`, `approval_reversed`, `approval_went_stale`, `approval_refreshed`;
    `counters` at first and after changes. `reset`: too much was missed, read the boxes again.
    """
    stream = Stream(caller.subject, last_event_id, broadcast_of(request), resources(request))
    async for event in stream.events():
        yield event
