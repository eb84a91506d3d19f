"""``/<service>/v1/events``: the published events for subscribers without Kafka."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from opentas_shared.messaging.translation import Translation
from opentas_shared.web.auth import Caller, requires
from opentas_shared.web.requests import resources

if TYPE_CHECKING:
    from opentas_shared.runtime.service import Service

LARGEST_LIMIT = 1000
MEDIA_TYPE = "application/json"


class PublishedEvents(BaseModel):
    """Published events in the order of their positions."""

    items: list[dict[str, Any]] = Field(description="CloudEvents 1.0 in structured mode.")
    next_after: int = Field(description="The `after` of the next request.")
    head: int = Field(description="The position of the newest event of the store.")


def events_router(service: Service) -> APIRouter:
    """The route; a service that publishes nothing has none."""
    router = APIRouter(tags=["events"])
    if not service.publishing:
        return router
    translation = Translation(service.source, service.publishing)

    @router.get(
        f"/{service.name}/v1/events",
        response_model=PublishedEvents,
        summary="Read published events from a position on",
        description="Begin with `after=0` and go on with `next_after`; "
        "private events leave gaps in the positions. An empty page means: come again later.",
    )
    def list_published_events(
        request: Request,
        caller: Annotated[Caller, Depends(requires("events:read"))],
        after: Annotated[int, Query(ge=0, description="Events after this position.")] = 0,
        limit: Annotated[
            int, Query(description="At most so many events; brought into 1 to 1000.")
        ] = 100,
    ) -> Response:
        store = resources(request).events
        head = store.head()
        found = store.after(after, min(max(limit, 1), LARGEST_LIMIT))
        records = translation.records(found)
        reached = found[-1][1].position if found else after
        items = b",".join(record.value for record in records)
        body = b'{"items":[%b],"next_after":%d,"head":%d}' % (items, reached, max(head, reached))
        return Response(body, media_type=MEDIA_TYPE)

    return router
