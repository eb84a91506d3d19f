"""What the API answers on published definitions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from approval_service.configuration.flow_file import FlowFile


class ApproverSource(BaseModel):
    """Where approvers come from."""

    kind: str = Field(examples=["ROLE"])
    value: str = Field(examples=["sales_director"])
    nearest: bool


class NodeView(BaseModel):
    """One node that asks people."""

    id: str
    name: str
    name_zh: str
    mode: str = Field(examples=["ANY"])
    when: str | None = Field(description="CEL over the pinned facts; null: always.")
    approvers: list[ApproverSource]
    empty_approver: str = Field(examples=["ADMINISTRATOR"])


class DefinitionView(BaseModel):
    """One version of one flow."""

    flow: str = Field(examples=["tas_2_1_opportunity_initiation"])
    version: int
    number: str = Field(examples=["TAS 2-1"])
    name: str
    name_zh: str
    subject: str
    in_force: bool
    published_at: datetime
    form: dict[str, Any] = Field(description="JSON Schema of the form.")
    nodes: list[NodeView] = Field(
        description="The nodes that ask people in their order, those of branches too."
    )
    content: FlowFile = Field(description="The whole definition, in the shape of a flow file.")


class DefinitionPage(BaseModel):
    """One page of flow definitions."""

    items: list[DefinitionView]
    next: str | None
    prev: str | None
    total: int | None = None
