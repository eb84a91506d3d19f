"""``/livez``, ``/readyz`` and ``/metrics`` of one service."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import structlog
from fastapi import Request, Response
from pydantic_core import to_json
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.routing import Route

from opentas_shared.runtime.metrics import CONTENT_TYPE, exposition

if TYPE_CHECKING:
    from opentas_shared.runtime.resources import Resources

log = structlog.get_logger(__name__)


Checks = Callable[[], Mapping[str, bool]]


def no_checks() -> Mapping[str, bool]:
    """What an api process has besides its executor."""
    return {}


def liveness(resources: Resources, further: Checks = no_checks) -> dict[str, Any]:
    """Whether the threads of this process beat; no database is asked."""
    checks = {"executor": resources.alive(), **further()}
    return {"status": "ok" if all(checks.values()) else "failing", "checks": checks}


def readiness(resources: Resources) -> dict[str, Any]:
    """Whether requests can be served: database, schema at head, not draining."""
    checks = {"not_draining": not resources.draining, "database": False, "schema": False}
    try:
        checks["schema"] = resources.schema_at_head()
        checks["database"] = True
    except SQLAlchemyError as error:
        log.warning("readiness_database_failed", error=type(error).__name__)
    return {"status": "ok" if all(checks.values()) else "failing", "checks": checks}


def _answer(report: dict[str, Any]) -> Response:
    status = 200 if report["status"] == "ok" else 503
    return Response(
        to_json(report), status, {"cache-control": "no-store"}, media_type="application/json"
    )


def health_routes(resources: Resources, further: Checks = no_checks) -> list[Route]:
    """The routes of one service, or of its worker, whose threads are ``further`` checks."""

    async def livez(_: Request) -> Response:
        return _answer(liveness(resources, further))

    async def readyz(_: Request) -> Response:
        return _answer(await run_in_threadpool(readiness, resources))

    async def metrics(_: Request) -> Response:
        registries = {resources.service.name: resources.metrics.registry}
        content = await run_in_threadpool(exposition, registries)
        return Response(content, headers={"content-type": CONTENT_TYPE})

    return [Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)]
