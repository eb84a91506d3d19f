"""``/<service>/v1/events``: the published events for subscribers without Kafka."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from fastapi import APIRouter, Depends, Query, Request, Response

from opentas_shared.web.auth import Caller, requires

if TYPE_CHECKING:
    from opentas_shared.runtime.resources import Resources
    from opentas_shared.runtime.service import Service


def events_router(service: Service) -> APIRouter:
    """The route; empty for a service that publishes nothing."""
    router = APIRouter(tags=["events"])
    if not service.publishing:
        return router
    return router
