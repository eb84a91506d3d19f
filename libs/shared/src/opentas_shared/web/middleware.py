"""The one middleware: request id, trace, metrics, access log, and the answer to a crash."""

from __future__ import annotations

import random
import re
from time import perf_counter
from typing import TYPE_CHECKING

import structlog
from fastapi import Request
from opentelemetry import trace

from opentas_shared.domain.ids import new_id
from opentas_shared.runtime.logs import REQUEST, access
from opentas_shared.web.problems import problem
from opentas_shared.web.refusals import InternalFault
from opentas_shared.web.requests import KEY, RequestInfo

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from opentas_shared.runtime.metrics import Metrics

log = structlog.get_logger(__name__)
_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_TRACEPARENT = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
UNMATCHED = "none"


def identify(scope: Scope) -> RequestInfo:
    """The identifiers of a request: those it brings when well formed, else new ones."""
    request_id = correlation_id = trace_id = None
    flags = "00"
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _ID.fullmatch(value):
            request_id = value.decode()
        elif name == b"x-correlation-id" and _ID.fullmatch(value):
            correlation_id = value.decode()
        elif name == b"traceparent" and (found := _TRACEPARENT.fullmatch(value)):
            trace_id, flags = found[1].decode(), found[2].decode()
    span = trace.get_current_span().get_span_context()
    if span.is_valid:
        trace_id, flags = f"{span.trace_id:032x}", f"{int(span.trace_flags):02x}"
        span_id = f"{span.span_id:016x}"
    else:
        span_id = f"{random.getrandbits(64) or 1:016x}"
    if trace_id is None:
        trace_id = f"{random.getrandbits(128) or 1:032x}"
    if request_id is None:
        request_id = str(new_id())
    return RequestInfo(
        request_id,
        trace_id,
        f"00-{trace_id}-{span_id}-{flags}",
        correlation_id or request_id,
    )


def route_of(scope: Scope) -> str:
    """The template of the matched path, for metrics and logs."""
    return getattr(scope.get("route"), "path", None) or UNMATCHED


class RequestMiddleware:
    """Pure ASGI, outermost of ours: what it sets lives in ``scope`` and one context variable."""

    def __init__(self, app: ASGIApp, metrics: Metrics, *, access_log: bool) -> None:
        self._app = app
        self._metrics = metrics
        self._access_log = access_log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        identifiers = scope[KEY] = identify(scope)
        token = REQUEST.set(identifiers)
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"x-request-id", identifiers.request_id.encode()))
            await send(message)

        self._metrics.active.inc()
        try:
            await self._app(scope, receive, answer)
        except Exception as error:
            trace.get_current_span().record_exception(error)
            log.exception("request_failed")
            if status:
                raise
            fault = InternalFault("Report it with the request_id; the logs tell more.")
            await problem(Request(scope), fault)(scope, receive, answer)
        finally:
            self._metrics.active.dec()
            seconds = perf_counter() - began
            route = route_of(scope)
            self._metrics.request(scope["method"], route, status, seconds)
            if self._access_log:
                access(scope["method"], route, status, seconds, identifiers)
            REQUEST.reset(token)
