"""How approvals are asked for: views, filters, sorts and the data scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, true

from approval_service.read_models.approvals import approvals
from approval_service.read_models.hiding import without
from approval_service.read_models.tasks import is_open, tasks
from opentas_shared.domain.time import utc_now
from opentas_shared.persistence.columns import names_of
from opentas_shared.web.filters import narrowed, searched

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
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


SEARCHED = (approvals.c.number, approvals.c.subject_id, approvals.c.subject_name)
"""Where the words of ``q`` are looked for."""


@dataclass(frozen=True)
class ApprovalFilters:
    """What a list of approvals can be narrowed by.

    ``assignee_id`` has an open task in it, ``participant_id`` submitted it, was asked, acted or
    got a copy, ``node`` is where people are asked now, ``overdue``: a time limit has passed.
    """

    flow: str | None = None
    status: tuple[str, ...] = ()
    subject_type: str | None = None
    subject_id: str | None = None
    submitter_id: str | None = None
    assignee_id: str | None = None
    participant_id: str | None = None
    node: str | None = None
    overdue: bool | None = None
    stale: bool | None = None
    created_at_gte: datetime | None = None
    created_at_lt: datetime | None = None
    completed_at_gte: datetime | None = None
    completed_at_lt: datetime | None = None
    q: str | None = None


EQUAL = ("flow", "status", "subject_type", "subject_id", "submitter_id", "stale")


def matching(filters: ApprovalFilters, visible: frozenset[str] | None) -> Select[Any]:
    """The approvals that match and that the caller may see."""
    moments = (approvals.c.created_at, approvals.c.completed_at)
    statement = narrowed(
        select(*SUMMARY),
        equal={approvals.c[name]: getattr(filters, name) for name in EQUAL},
        at_least={column: getattr(filters, f"{column.name}_gte") for column in moments},
        below={column: getattr(filters, f"{column.name}_lt") for column in moments},
    )
    if filters.assignee_id is not None:
        asked = select(tasks.c.approval_id).where(
            tasks.c.assignee_id == filters.assignee_id, is_open()
        )
        statement = statement.where(approvals.c.id.in_(asked))
    if filters.participant_id is not None:
        statement = statement.where(approvals.c.participants.contains([filters.participant_id]))
    if filters.node is not None:
        statement = statement.where(approvals.c.current_nodes.contains([filters.node]))
    if filters.overdue is not None:
        passed = approvals.c.due_at < utc_now()
        statement = statement.where(filtered(passed, filters.overdue))
    statement = searched(statement, filters.q, *SEARCHED)
    return statement if visible is None else statement.where(within(visible))


def filtered(holds: ColumnElement[bool], wanted: bool) -> ColumnElement[bool]:
    """Whether it holds, or does not; what is not known does not hold."""
    return holds if wanted else holds.is_not(true())


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


def subject_url(subject_type: str, subject_id: str) -> str | None:
    """Where what the approval is about can be read; null for a document kept elsewhere."""
    if subject_type == "document":
        return None
    plural = "opportunities" if subject_type == "opportunity" else f"{subject_type}s"
    return f"/v1/{plural}/{subject_id}"


def view(row: Mapping[Any, Any], hidden: Collection[str] = ()) -> dict[str, Any]:
    """An approval with its facts, form, rounds, nodes, tasks and opinions.

    ``hidden`` are the fields of the form that the reader may not see.
    """
    shown = summary(row)
    definition = shown.pop("definition") or {}
    del shown["participants"]
    shown["flow_name"] = definition.get("name")
    shown["flow_name_zh"] = definition.get("name_zh")
    return without(hidden, shown) if hidden else shown
