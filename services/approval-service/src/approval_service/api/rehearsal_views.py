"""What the API takes and answers on rehearsals."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel, Field, model_validator

from opentas_shared.web.bodies import ApiModel, Instant


class RehearsalRequest(ApiModel):
    """What to rehearse: a draft, a version or a definition as in a file; else what is in force."""

    flow: str = Field(examples=["tas_2_1_opportunity_initiation"])
    since: Instant = Field(alias="from", description="Approvals that started from then on ...")
    until: Instant = Field(alias="to", description="... and before then.")
    draft_id: UUID | None = None
    version: int | None = None
    definition: dict[str, Any] | None = Field(
        None, description="In the shape of a flow file, of the same flow."
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.since >= self.until:
            raise ValueError("from comes before to")
        if sum(one is not None for one in (self.draft_id, self.version, self.definition)) > 1:
            raise ValueError("at most one of draft_id, version and definition")
        return self


class OutcomeCounts(BaseModel):
    """How often approvals end like this; RUNNING: not yet, STOPPED: nobody could be asked."""

    outcome: str = Field(examples=["APPROVED"])
    before: int
    after: int


class NodeCounts(BaseModel):
    """How often people are asked at a node."""

    node: str
    before: int
    after: int


class PersonCounts(BaseModel):
    """How many tasks somebody gets."""

    person_id: str
    before: int
    after: int


class RouteStop(BaseModel):
    """One node on a way."""

    round: int
    node: str
    status: str
    branch: str | None
    people: list[str]


class ChangedApproval(BaseModel):
    """An approval that would have gone another way."""

    approval_id: UUID
    url: str
    outcome_before: str | None
    outcome_after: str | None
    before: list[RouteStop]
    after: list[RouteStop]


class RehearsalResult(BaseModel):
    """The comparison; nodes and people with the largest differences come first."""

    approvals: int
    changed: int
    unchanged: int
    outcomes: list[OutcomeCounts]
    nodes: list[NodeCounts]
    people: list[PersonCounts]
    changes: list[ChangedApproval] = Field(description="The first 1,000; all are counted.")


class RehearsalView(BaseModel):
    """A rehearsal and how far it is."""

    id: UUID
    flow: str
    definition_version: int
    since: datetime
    until: datetime
    state: str = Field(description="RUNNING, DONE, CANCELLED or FAILED.")
    done: int
    total: int
    result: RehearsalResult | None
    error: str | None
    requested_by: str
    created_at: datetime
    updated_at: datetime
