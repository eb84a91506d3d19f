"""Problem details (RFC 9457): the one form of every 4xx and 5xx answer."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json

from opentas_shared.web.requests import info_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import Request

    from opentas_shared.domain.errors import DomainError

MEDIA_TYPE = "application/problem+json"


class ProblemFault(BaseModel):
    """One fault: where it is, what is wrong and how to mend it."""

    code: str = Field(examples=["MISSING"])
    detail: str = Field(examples=["It is required."])
    pointer: str | None = Field(None, description="JSON pointer into the body.")
    parameter: str | None = Field(None, description="Name of a path or query parameter.")
    header: str | None = Field(None, description="Name of a header.")
    rule: str | None = Field(None, description="Business rule, like R-10.")


class Refusal(BaseModel):
    """Why an item of a batch was refused. ``code`` is stable; further members depend on it."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(examples=["/problems/not-found"])
    title: str = Field(description="In Chinese when Accept-Language prefers zh.")
    status: int = Field(examples=[404])
    code: str = Field(examples=["NOT_FOUND"])
    detail: str
    errors: list[ProblemFault] = Field(default_factory=list)


class Problem(Refusal):
    """Why a request was refused. ``code`` is stable; further members depend on it."""

    instance: str = Field(description="The path of the request.")
    request_id: str = Field(description="Name it when you report the problem.")
    trace_id: str


def slug(code: str) -> str:
    """``NOT_FOUND`` -> ``not-found``."""
    return code.lower().replace("_", "-")


def members(error: DomainError, *, chinese: bool = False) -> dict[str, Any]:
    """The problem document of a refusal, without the identifiers of the request."""
    return {
        "type": f"/problems/{slug(error.code)}",
        "title": error.title_zh if chinese else error.title,
        "status": error.status,
        "code": error.code,
        "detail": error.detail,
        **error.members,
        "errors": [violation.as_dict() for violation in error.violations],
    }


def problem(
    request: Request, error: DomainError, *, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer that carries a refusal."""
    chinese = request.headers.get("accept-language", "").lstrip().lower().startswith("zh")
    document = members(error, chinese=chinese)
    document["instance"] = request.url.path
    identifiers = info_of(request.scope)
    if identifiers is not None:
        document["request_id"] = identifiers.request_id
        document["trace_id"] = identifiers.trace_id
    sent = {"content-language": "zh" if chinese else "en", **(headers or {})}
    if error.status == HTTPStatus.UNAUTHORIZED:
        sent["www-authenticate"] = "Bearer"
    if error.status == HTTPStatus.SERVICE_UNAVAILABLE:
        sent["retry-after"] = "1"
    return Response(
        to_json(document, fallback=str),
        status_code=error.status,
        headers=sent,
        media_type=MEDIA_TYPE,
    )


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """``responses=problems(404, 409)`` of a route: these answers are problem documents.

    401 and 403 of secured operations, 422 and 500 are added to every operation by itself.
    """
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }
