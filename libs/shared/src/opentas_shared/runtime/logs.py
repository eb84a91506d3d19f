"""JSON logs on stdout: event, request id, trace id, actor id, aggregate id; no bodies, no names."""

from __future__ import annotations

import asyncio
import atexit
import logging
import sys
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import orjson
import structlog

from opentas_shared.domain.time import utc_now

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from opentas_shared.web.requests import RequestInfo

GATHERING_SECONDS = 0.05
"""For how long lines of answered requests wait for others to be written with them."""
_WAITING: list[bytes] = []
REQUEST: ContextVar[RequestInfo | None] = ContextVar("opentas_request", default=None)
"""The request that this task answers."""


def identifiers_of_request(
    logger: object, method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Add the identifiers of the current request to a log line."""
    request = REQUEST.get()
    if request is not None:
        event.setdefault("request_id", request.request_id)
        event.setdefault("trace_id", request.trace_id)
        if request.actor is not None:
            event.setdefault("actor_id", request.actor)
        if request.aggregate is not None:
            event.setdefault("aggregate_id", request.aggregate)
    return event


def access(
    service: str, method: str, route: str, status: int, seconds: float, request: RequestInfo
) -> None:
    """One line per answered request, as the other lines but without structlog's detours.

    The route is the template; ids stand in members of their own. Lines are gathered for a
    moment: each write lets go of the interpreter, and waits to get it back from the executor.
    """
    line = {
        "event": "request_answered",
        "level": "info",
        "service": service,
        "method": method,
        "route": route,
        "status": status,
        "duration_ms": round(seconds * 1000, 2),
        "request_id": request.request_id,
        "trace_id": request.trace_id,
        "time": utc_now(),
    }
    if request.actor is not None:
        line["actor_id"] = request.actor
    if request.aggregate is not None:
        line["aggregate_id"] = request.aggregate
    if not _WAITING:
        asyncio.get_running_loop().call_later(GATHERING_SECONDS, write_waiting)
    _WAITING.append(orjson.dumps(line))


def write_waiting() -> None:
    """Write the access lines that were gathered."""
    if not _WAITING:
        return
    lines = b"".join(line + b"\n" for line in _WAITING)
    _WAITING.clear()
    sys.stdout.write(lines.decode())
    sys.stdout.flush()


atexit.register(write_waiting)


def _json(event: object, **_: object) -> str:
    return orjson.dumps(event, default=str).decode()


def configure_logs(level: str, service: str) -> None:
    """Send structlog and the standard library's loggers as JSON lines to stdout."""
    threshold = logging.getLevelNamesMapping()[level]

    def named(
        logger: object, method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        event["service"] = service
        event["time"] = utc_now().isoformat()
        return event

    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        identifiers_of_request,
        named,
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(serializer=_json)],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_json),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(threshold)
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    logging.getLogger("uvicorn.access").handlers.clear()
    logging.getLogger("uvicorn.access").propagate = False
