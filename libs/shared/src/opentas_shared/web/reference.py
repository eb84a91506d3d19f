"""Enumerations with labels, served from ``/<service>/v1/reference/...``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field
from pydantic_core import to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


class Choice(BaseModel):
    """One value of an enumeration and its labels."""

    code: str = Field(examples=["IMPORTANT"])
    label: str = Field(description="In English.")
    label_zh: str = Field(description="In Chinese.")
    attributes: dict[str, Any] = Field(default_factory=dict)


class Choices(BaseModel):
    """An enumeration in its order."""

    items: list[Choice]


def choices(labels: Mapping[str, tuple[str, str]]) -> list[Choice]:
    """``{"IMPORTANT": ("Important", "重要")}`` as choices."""
    return [
        Choice(code=code, label=english, label_zh=chinese)
        for code, (english, chinese) in labels.items()
    ]


def reference_router(
    service: str, enumerations: Mapping[str, Iterable[Choice] | Callable[[], Iterable[Choice]]]
) -> APIRouter:
    """A route per enumeration: ``/lead-service/v1/reference/lead-statuses``.

    The names are plural and kebab-case. Labels are public: no token is needed.
    """
    router = APIRouter(tags=["reference"])
    for name, source in enumerations.items():
        router.add_api_route(
            f"/{service}/v1/reference/{name}",
            _serve(source),
            methods=["GET"],
            name=f"list_{name.replace('-', '_')}",
            summary=f"List the {name.replace('-', ' ')}",
            response_model=Choices,
        )
    return router


def _serve(
    source: Iterable[Choice] | Callable[[], Iterable[Choice]],
) -> Callable[[], Response]:
    fixed = None if callable(source) else tuple(source)

    def serve() -> Response:
        items = source() if callable(source) else fixed
        return Response(
            to_json({"items": list(items or ())}),
            headers={"cache-control": "public, max-age=300"},
            media_type="application/json",
        )

    return serve
