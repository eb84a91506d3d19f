"""What the API answers on the rounds of an approval: nodes, tasks, opinions and acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel, Field


class Withdrawn(BaseModel):
    """撤回: who took the opinion back, when and why."""

    at: datetime
    by: str
    on_behalf_of: str | None
    on_behalf_reason: str | None
    comment: str


class Opinion(BaseModel):
    """What somebody said in a task; it stays when it is withdrawn."""

    no: int = Field(description="Counts the decisions of the approval from 1.")
    decision: str = Field(examples=["APPROVED"])
    decided_by: str
    on_behalf_of: str | None
    on_behalf_reason: str | None
    comment: str
    advice: str | None = Field(description="What an adviser recommends.")
    attachments: list[dict[str, Any]]
    form_changes: dict[str, Any] | None
    next: dict[str, Any] | None = Field(description="Whom an approver named as next.")
    decided_at: datetime
    withdrawn: Withdrawn | None


class TimerFired(BaseModel):
    """A reminder or a time limit that has come."""

    no: int
    action: str = Field(examples=["REMIND"])
    to: str | None
    fired_at: datetime


class TaskInRound(BaseModel):
    """What one person was asked, decided and said; the last opinion while it stands."""

    id: UUID
    assignee_id: str = Field(examples=["zhao.min"])
    kind: str = Field(description="The node's own, of a signer, or advice.", examples=["ASSIGNED"])
    slot: int = Field(description="The voice of the node that it belongs to.")
    role: str = Field(description="For which role the person was asked; empty for none.")
    principal_id: str | None = Field(description="For whom a deputy was asked.")
    parent_id: UUID | None = Field(description="The task that a signer or adviser was added to.")
    status: str = Field(examples=["APPROVED"])
    decided_by: str | None
    on_behalf_of: str | None = Field(description="Set when an administrator acted for somebody.")
    on_behalf_reason: str | None
    comment: str
    advice: str | None
    reason_code: str | None = Field(description="Why a machine closed it.")
    reason: str
    assigned_at: datetime
    due_at: datetime | None
    ended_at: datetime | None
    opinions: list[Opinion] = Field(description="All of them, those withdrawn too.")
    timers_fired: list[TimerFired]


class NodeInRound(BaseModel):
    """One node as it was entered, passed or skipped."""

    activation_no: int
    parent_no: int = Field(description="Activation of the parallel node around it; 0 for none.")
    node: str = Field(examples=["sales_director"])
    kind: str = Field(examples=["APPROVAL"])
    branch: str | None = Field(description="The branch of the definition in which it stands.")
    name: str
    name_zh: str
    status: str = Field(examples=["ACTIVE"])
    reason_code: str = Field(description="Why it was skipped, or where its approvers come from.")
    reason: str
    end_reason_code: str | None = Field(description="Why a machine ended it.")
    taken_branch: str | None = Field(description="Of a choice: the branch that runs.")
    branches: list[str] | None = Field(description="Of a parallel node: those started.")
    back_to: str | None = Field(description="Where it comes straight back to.")
    activated_at: datetime
    completed_at: datetime | None
    tasks: list[TaskInRound]


class ActInRound(BaseModel):
    """What somebody did besides deciding; ``by`` is null where a node did it."""

    act: str = Field(examples=["COMMENTED"])
    at: datetime
    by: str | None
    on_behalf_of: str | None
    on_behalf_reason: str | None
    comment: str
    node: str | None = None
    task_id: UUID | None = None
    signer_id: str | None = None
    position: str | None = None
    assignee_id: str | None = None
    to: str | None = None
    return_to_me: bool | None = None
    people: list[str] | None = None
    decision_no: int | None = None
    role: str | None = None
    attachments: list[dict[str, Any]] | None = None


class RoundView(BaseModel):
    """One submission and everything that followed it."""

    round: int
    submitted_at: datetime
    submitted_by: str | None = Field(description="Null where a watched fact opened the round.")
    on_behalf_of: str | None
    on_behalf_reason: str | None
    comment: str
    changes: list[dict[str, Any]] | None = Field(description="The watched facts that moved.")
    form: dict[str, Any]
    outcome: str | None = Field(examples=["RETURNED"])
    ended_at: datetime | None
    nodes: list[NodeInRound]
    acts: list[ActInRound]
