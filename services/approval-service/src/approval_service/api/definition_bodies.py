"""Flow definitions in requests and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import Depends, Request
from pydantic import BaseModel, Field

from approval_service.configuration.flow_file import FlowFile
from approval_service.configuration.reading import read_definition
from approval_service.domain.flows.errors import DefinitionInvalid
from opentas_shared.domain.errors import Violation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from approval_service.configuration.validation.spots import Fault

DEFINITION_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "application/json": {"schema": {"$ref": "#/components/schemas/FlowFile"}},
        "application/yaml": {"schema": {"type": "string"}},
    },
}


async def _definition(request: Request) -> FlowFile:
    return read_definition(await request.body())


DefinitionBody = Annotated[FlowFile, Depends(_definition)]
"""A definition in the shape of a flow file, as JSON or YAML; 422 with the faults of its shape."""


def with_definition(extra: dict[str, Any]) -> dict[str, Any]:
    """``**with_definition(creates(422))``: the route's body is a definition."""
    more = {**extra.get("openapi_extra", {}), "requestBody": DEFINITION_BODY}
    return {**extra, "openapi_extra": more}


class FaultView(BaseModel):
    """One fault of a definition."""

    pointer: str | None = Field(
        description="Where: a JSON pointer into the definition.", examples=["/nodes/1/when"]
    )
    code: str = Field(examples=["CONDITION_NEVER_HOLDS"])
    detail: str


class Judgement(BaseModel):
    """Whether a definition can be published."""

    valid: bool
    faults: list[FaultView]


def fault_views(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """The faults as answers show them."""
    return [
        {"pointer": fault.pointer, "code": fault.code, "detail": f"{fault}."} for fault in faults
    ]


def of_flow(file: FlowFile, flow: str) -> FlowFile:
    """The definition, refused (422) when it is of another flow than the path says."""
    if file.flow != flow:
        detail = f"The definition is of the flow {file.flow}, the path names {flow}."
        raise DefinitionInvalid([Violation("FLOW_DIFFERS", detail, pointer="/flow")])
    return file
