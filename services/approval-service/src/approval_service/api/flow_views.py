"""What the API answers on flows and drafts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import BaseModel, Field

from approval_service.api.definition_bodies import FaultView
from approval_service.configuration.flow_file import FlowFile
from approval_service.read_models.flows import flows

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentas_shared.persistence.unit_of_work import UnitOfWork


class FlowView(BaseModel):
    """A flow and whether approvals of it can be asked for."""

    flow: str = Field(examples=["tas_2_1_opportunity_initiation"])
    version: int = Field(description="Of the flow as a thing that changes, for If-Match.")
    state: str = Field(examples=["IN_USE"], description="UNPUBLISHED, IN_USE or RETIRED.")
    state_reason: str | None = Field(description="Why it was retired or reinstated.")
    number: str | None = Field(examples=["TAS 2-1"])
    name: str | None = Field(examples=["Opportunity initiation"])
    name_zh: str | None = Field(examples=["商机立项流程"])
    latest_version: int | None = Field(description="Of the definition published last.")
    created_at: datetime
    updated_at: datetime


class FlowPage(BaseModel):
    """One page of flows."""

    items: list[FlowView]
    next: str | None
    prev: str | None
    total: int | None = None


class DraftSummary(BaseModel):
    """A draft as lists show it."""

    flow: str
    draft_id: UUID
    version: int = Field(description="Of the flow, for If-Match.")
    note: str
    saved_by: str = Field(examples=["admin"])
    created_at: datetime
    updated_at: datetime
    content: FlowFile


class DraftView(DraftSummary):
    """A draft with what speaks against publishing it."""

    faults: list[FaultView]


class DraftPage(BaseModel):
    """One page of drafts."""

    items: list[DraftSummary]
    next: str | None
    prev: str | None
    total: int | None = None


def flow_view(row: Any) -> dict[str, Any]:
    """A flow as answers show it."""
    return {name: row[name] for name in FlowView.model_fields}


def shown_flow(flow: str) -> Callable[[UnitOfWork], dict[str, Any]]:
    """The view of a flow as a unit of work leaves it."""
    return lambda work: flow_view(work.rows.get(flows, flow=flow))
