"""The one middleware: request id, trace, metrics, access log, and the answer to a crash."""

from __future__ import annotations

import random
import re
from time import perf_counter
from typing import TYPE_CHECKING

import structlog
from fastapi import Request
from opentelemetry import trace
from starlette.exceptions import HTTPException

from opentas_shared.domain.ids import new_id
from opentas_shared.runtime.logs import REQUEST, access
from opentas_shared.web.problems import problem
from opentas_shared.web.refusals import BodyTooLarge, InternalFault
from opentas_shared.web.requests import KEY, RequestInfo

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from opentas_shared.runtime.metrics import Metrics

log = structlog.get_logger(__name__)
_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_TRACEPARENT = re.compile(rb"00-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})")
UNMATCHED = "none"


def identify(headers: dict[bytes, bytes], *, traced: bool) -> RequestInfo:
    """The identifiers of a request: those it brings when well formed, else new ones."""
    request_id = _brought(headers, b"x-request-id") or str(new_id())
    correlation_id = _brought(headers, b"x-correlation-id") or request_id
    span = trace.get_current_span().get_span_context() if traced else None
    if span is not None and span.is_valid:
        trace_id, flags = f"{span.trace_id:032x}", f"{int(span.trace_flags):02x}"
        span_id = f"{span.span_id:016x}"
    else:
        parent = _TRACEPARENT.fullmatch(headers.get(b"traceparent", b""))
        trace_id = parent[1].decode() if parent else f"{random.getrandbits(128) or 1:032x}"
        flags = parent[2].decode() if parent else "00"
        span_id = f"{random.getrandbits(64) or 1:016x}"
    traceparent = f"00-{trace_id}-{span_id}-{flags}"
    return RequestInfo(headers, request_id, trace_id, traceparent, correlation_id)


def _brought(headers: dict[bytes, bytes], name: bytes) -> str | None:
    value = headers.get(name)
    return value.decode() if value is not None and _ID.fullmatch(value) else None


def route_of(scope: Scope) -> str:
    """The template of the matched path, for metrics and logs."""
    return getattr(scope.get("route"), "path", None) or UNMATCHED


class RequestMiddleware:
    """Pure ASGI, outermost of ours: what it sets lives in ``scope`` and one context variable."""

    def __init__(
        self,
        app: ASGIApp,
        service: str,
        metrics: Metrics,
        *,
        access_log: bool,
        traced: bool,
        max_body_bytes: int,
    ) -> None:
        self._app = app
        self._service = service
        self._metrics = metrics
        self._access_log = access_log
        self._traced = traced
        self._max_body_bytes = max_body_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = perf_counter()
        headers = dict(scope["headers"])
        identifiers = scope[KEY] = identify(headers, traced=self._traced)
        token = REQUEST.set(identifiers)
        status = 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"].append((b"x-request-id", identifiers.request_id.encode()))
            await send(message)

        self._metrics.active += 1
        try:
            await self._app(scope, limited(receive, headers, self._max_body_bytes), answer)
        except BodyTooLarge as refusal:
            await problem(Request(scope), refusal)(scope, receive, answer)
        except Exception as error:
            trace.get_current_span().record_exception(error)
            log.exception("request_failed")
            if status:
                raise
            fault = InternalFault("Report it with the request_id; the logs tell more.")
            await problem(Request(scope), fault)(scope, receive, answer)
        finally:
            self._metrics.active -= 1
            seconds = perf_counter() - began
            route = route_of(scope)
            self._metrics.request(scope["method"], route, status, seconds)
            if self._access_log:
                access(self._service, scope["method"], route, status, seconds, identifiers)
            REQUEST.reset(token)


def limited(receive: Receive, headers: dict[bytes, bytes], most: int) -> Receive:
    """The body's messages; 413 for more than ``most`` bytes."""
    declared = headers.get(b"content-length", b"")
    if declared.isdigit():
        # The server cuts a body at its declared length.
        if int(declared) > most:
            raise BodyTooLarge(f"At most {most} bytes are accepted.")
        return receive
    if b"transfer-encoding" not in headers:
        return receive
    received = 0

    async def counted() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > most:
            raise HTTPException(413)
        return message

    return counted
