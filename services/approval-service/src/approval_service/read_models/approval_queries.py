"""How approvals are asked for: views, filters, sorts and the data scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from approval_service.read_models.approvals import approvals
from approval_service.read_models.tasks import is_open, tasks
from opentas_shared.persistence.columns import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select

SORTS: dict[str, ColumnElement[Any]] = {
    "created_at": approvals.c.created_at,
    "updated_at": approvals.c.updated_at,
}
LONG = ("facts", "form", "rounds", "definition", "participants")
"""Columns of the single view only."""
LABELS = (
    approvals.c.definition["name"].astext.label("flow_name"),
    approvals.c.definition["name_zh"].astext.label("flow_name_zh"),
)
SUMMARY = (*(column for column in approvals.columns if column.name not in LONG), *LABELS)


@dataclass(frozen=True)
class ApprovalFilters:
    """What a list of approvals can be narrowed by; ``assignee_id`` has an open task in it."""

    flow: str | None = None
    status: tuple[str, ...] = ()
    subject_id: str | None = None
    submitter_id: str | None = None
    assignee_id: str | None = None
    created_at_gte: datetime | None = None
    created_at_lt: datetime | None = None


def matching(filters: ApprovalFilters, visible: frozenset[str] | None) -> Select[Any]:
    """The approvals that match and that the caller may see."""
    statement = select(*SUMMARY)
    for column in (approvals.c.flow, approvals.c.subject_id, approvals.c.submitter_id):
        value = getattr(filters, column.name)
        if value is not None:
            statement = statement.where(column == value)
    if filters.status:
        statement = statement.where(approvals.c.status.in_(filters.status))
    if filters.assignee_id is not None:
        asked = select(tasks.c.approval_id).where(
            tasks.c.assignee_id == filters.assignee_id, is_open()
        )
        statement = statement.where(approvals.c.id.in_(asked))
    if filters.created_at_gte is not None:
        statement = statement.where(approvals.c.created_at >= filters.created_at_gte)
    if filters.created_at_lt is not None:
        statement = statement.where(approvals.c.created_at < filters.created_at_lt)
    return statement if visible is None else statement.where(within(visible))


def within(visible: frozenset[str]) -> ColumnElement[bool]:
    """The data scope: approvals that these people submitted, or have or had tasks in."""
    named: ColumnElement[bool] = approvals.c.participants.overlap(sorted(visible))
    return named


def summary(row: Mapping[Any, Any]) -> dict[str, Any]:
    """An approval as a list shows it."""
    names = ("flow_name", "flow_name_zh")
    shown = {name: row[name] for name in names_of(approvals) if name in row}
    shown |= {name: row[name] for name in names if name in row}
    return shown | {"subject_url": subject_url(row["subject_type"], row["subject_id"])}


def subject_url(subject_type: str, subject_id: str) -> str:
    """Where what the approval is about can be read."""
    plural = "opportunities" if subject_type == "opportunity" else f"{subject_type}s"
    return f"/v1/{plural}/{subject_id}"


def view(row: Mapping[Any, Any]) -> dict[str, Any]:
    """An approval with its facts, form, rounds, nodes, tasks and opinions."""
    shown = summary(row)
    definition = shown.pop("definition") or {}
    del shown["participants"]
    shown["flow_name"] = definition.get("name")
    shown["flow_name_zh"] = definition.get("name_zh")
    return shown
