"""What the API answers on decisions and their evidence."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field


class Withdrawal(BaseModel):
    """Who took a decision back, when and why."""

    by: str
    at: datetime
    comment: str


class DecisionView(BaseModel):
    """One decision of a person; it stays when it is withdrawn."""

    no: int = Field(description="Counts the decisions of the approval from 1.")
    round: int
    node: str = Field(examples=["sales_director"])
    task_id: UUID
    decision: str = Field(examples=["APPROVED"])
    advice: str | None = Field(description="What an adviser (委派) recommends.")
    decided_by: str = Field(examples=["zhao.min"])
    on_behalf_of: str | None
    on_behalf_reason: str | None
    role: str
    principal_id: str | None = Field(description="For whom a deputy (长期代理) was asked.")
    comment: str
    attachments: list[dict[str, Any]] | None
    form_changes: dict[str, Any] | None
    next: dict[str, Any] | None
    decided_at: datetime
    withdrawn: Withdrawal | None
    evidence_url: str


class Decisions(BaseModel):
    """All decisions of an approval, oldest first."""

    items: list[DecisionView]


class FactThenAndNow(BaseModel):
    """A fact that has changed since."""

    fact: str = Field(examples=["base_amount_minor"])
    then: Any
    now: Any


class VersionThenAndNow(BaseModel):
    """A version then and now; null when it is not known or there is none now."""

    then: int
    now: int | None


class DifferenceToNow(BaseModel):
    """What is different now from what the approver saw."""

    facts: list[FactThenAndNow]
    subject_version: VersionThenAndNow
    definition_version: VersionThenAndNow


class Evidence(BaseModel):
    """What the approver saw, for ever the same, and what is different now."""

    decision: DecisionView
    evidence: dict[str, Any] = Field(
        description=(
            "What lay before the approver: facts, form and permissions, subject and its version, "
            "stream position, definition version and node, resolved approvers and why, task, "
            "earlier opinions and comments."
        )
    )
    sha256: str = Field(
        description=(
            "Of the whole evidence as JSON with sorted keys, without spaces, in UTF-8. "
            "It includes fields that are withheld from you."
        )
    )
    withheld: list[str] = Field(description="Fields of the form that you may not see.")
    difference_to_now: DifferenceToNow
