"""What the middleware knows of one request, and where it finds its service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.types import Scope

    from opentas_shared.runtime.resources import Resources

KEY = "opentas.request"


@dataclass(slots=True)
class RequestInfo:
    """Identifiers of one request; ``actor`` and ``aggregate`` are filled in on the way.

    ``headers`` are the raw ones by lower-case name, the last of a name.
    """

    headers: dict[bytes, bytes]
    request_id: str
    trace_id: str
    traceparent: str
    correlation_id: str
    actor: str | None = None
    aggregate: str | None = None


def info(request: Request) -> RequestInfo:
    """The identifiers of the request."""
    found: RequestInfo = request.scope[KEY]
    return found


def header(request: Request, name: bytes) -> str | None:
    """A header by its lower-case name, without looking through all of them again."""
    value = info(request).headers.get(name)
    return None if value is None else value.decode("latin-1")


def info_of(scope: Scope) -> RequestInfo | None:
    """The identifiers by ASGI scope; none where no middleware ran."""
    return scope.get(KEY)


def resources(request: Request) -> Resources:
    """What the service that answers owns: its database, event store, settings, metrics."""
    found: Resources = request.app.state.resources
    return found
