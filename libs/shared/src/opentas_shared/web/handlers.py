"""Every exception becomes a problem document."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, cast

from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError, SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from opentas_shared.domain.errors import DomainError, Violation
from opentas_shared.persistence.database import is_transient
from opentas_shared.persistence.errors import NotStorable, StoreUnavailable
from opentas_shared.web.problems import problem
from opentas_shared.web.refusals import (
    BodyMalformed,
    BodyTooLarge,
    MethodNotAllowed,
    PathUnknown,
    RequestInvalid,
    Unavailable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from fastapi import FastAPI, Request, Response


def violation_of(fault: Mapping[str, Any], body: Any = None) -> Violation:
    """One fault that pydantic found, with the place where it is in the ``body`` that was sent."""
    place, *path = fault["loc"]
    detail = f"{fault['msg'].removeprefix('Value error, ')}."
    code = str(fault["type"]).upper()
    if place == "body":
        escaped = (
            str(part).replace("~", "~0").replace("/", "~1") for part in _sent_parts(path, body)
        )
        return Violation(code, detail, pointer="".join(f"/{part}" for part in escaped))
    name = str(path[0]) if path else ""
    if place == "header":
        return Violation(code, detail, header=name)
    return Violation(code, detail, parameter=name)


def _sent_parts(path: Sequence[Any], body: Any) -> Iterator[Any]:
    """The path without the tags that pydantic puts in for the chosen one of several shapes.

    A tag is no name in the object that was sent, but the value of its discriminator.
    """
    here = body
    for part in path:
        if isinstance(here, dict) and part not in here and part in here.values():
            continue
        yield part
        if isinstance(here, dict):
            here = here.get(part)
        else:
            here = here[part] if isinstance(here, list) and part in range(len(here)) else None


def refusal_of_faults(faults: Sequence[Mapping[str, Any]], body: Any = None) -> DomainError:
    """The refusal of a request that does not have the described form."""
    first = faults[0]
    if first["type"] == "json_invalid":
        position = first["loc"][-1]
        return BodyMalformed(f"It is no JSON: {first['ctx']['error']} at character {position}.")
    violations = [violation_of(fault, body) for fault in faults]
    places = [v.pointer or v.parameter or v.header or "the body" for v in violations]
    return RequestInvalid(f"Faults in: {', '.join(places)}.", violations=violations)


def methods_at(request: Request) -> list[str]:
    """The methods of every route at the path; the framework names those of the first only."""
    offered: set[str] = set()
    for route in request.app.routes:
        if isinstance(route, Route) and route.matches(request.scope)[0] is not Match.NONE:
            offered |= route.methods or set()
    return sorted(offered)


def refusal_of_status(error: HTTPException, request: Request) -> DomainError:
    """The refusal behind an answer that the framework makes itself."""
    method, path = request.method, request.url.path
    if error.status_code == HTTPStatus.NOT_FOUND:
        return PathUnknown(f"No operation has the path {path}.")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = ", ".join(methods_at(request))
        return MethodNotAllowed(f"{path} offers {allowed}, not {method}.", allowed=allowed)
    if error.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return BodyTooLarge("Send less in one request.")
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Unavailable(str(error.detail))
    return BodyMalformed(str(error.detail))


async def on_domain_error(request: Request, error: Exception) -> Response:
    """A named refusal."""
    return problem(request, cast("DomainError", error))


async def on_faults(request: Request, error: Exception) -> Response:
    """What pydantic found in body, path, query and headers."""
    invalid = cast("RequestValidationError", error)
    faults = invalid.errors()
    if faults[0]["loc"] == ("body",) and isinstance(faults[0]["input"], bytes):
        media_type = request.headers.get("content-type", "nothing")
        detail = f"Send it as Content-Type: application/json, not {media_type}."
        return problem(request, BodyMalformed(detail))
    return problem(request, refusal_of_faults(faults, invalid.body))


async def on_status(request: Request, error: Exception) -> Response:
    """404, 405, 413 and 400 of the framework."""
    http = cast("HTTPException", error)
    refusal = refusal_of_status(http, request)
    headers = dict(http.headers or {})
    if isinstance(refusal, MethodNotAllowed):
        headers["Allow"] = refusal.members["allowed"]
    return problem(request, refusal, headers=headers)


async def on_unstorable(request: Request, error: Exception) -> Response:
    """A value that the database cannot even compare, in a filter of a read."""
    return problem(request, NotStorable())


async def on_database_error(request: Request, error: Exception) -> Response:
    """A read while the database restarts or is overloaded: 503, worth repeating."""
    if is_transient(cast("SQLAlchemyError", error)):
        return problem(request, StoreUnavailable("The database does not answer; repeat it."))
    raise error


def add_handlers(app: FastAPI) -> None:
    """Register the handlers; what they do not know ends in the middleware's 500."""
    app.add_exception_handler(DomainError, on_domain_error)
    app.add_exception_handler(RequestValidationError, on_faults)
    app.add_exception_handler(HTTPException, on_status)
    app.add_exception_handler(DataError, on_unstorable)
    app.add_exception_handler(SQLAlchemyError, on_database_error)
