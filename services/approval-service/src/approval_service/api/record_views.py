"""What the API answers as the record of an approval."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field

from approval_service.api.round_views import RoundView


class RecordedApproval(BaseModel):
    """What was asked for, and what came of it."""

    id: UUID
    flow: str = Field(examples=["tas_6_3_bid_approval"])
    flow_name: str | None
    flow_name_zh: str | None
    number: str | None = Field(examples=["TAS 6-3"])
    request_no: int
    definition_version: int | None
    subject_type: str
    subject_id: str
    subject_name: str | None
    subject_version: int
    subject_url: str | None
    submitter_id: str
    status: str
    stale: bool
    round: int
    reason_code: str | None
    reason: str | None
    submitted_at: datetime | None
    completed_at: datetime | None
    reversible_until: datetime | None


class Value(BaseModel):
    """A fact or a field of the form."""

    name: str
    title: str
    title_zh: str
    value: Any


class Signature(BaseModel):
    """Who decided what, for whom and when."""

    no: int
    round: int
    node: str
    name: str
    name_zh: str
    role: str
    person_id: str
    on_behalf_of: str | None
    principal_id: str | None
    decision: str
    at: datetime
    withdrawn: bool


class Record(BaseModel):
    """Everything that was asked, said and decided in an approval."""

    approval: RecordedApproval
    facts: list[Value]
    form: list[Value]
    rounds: list[RoundView]
    signatures: list[Signature]
    people: dict[str, str] = Field(description="The names of the people in it, by id.")
    time_zone: str = Field(description="The organisation's.", examples=["Asia/Shanghai"])
