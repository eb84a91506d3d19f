"""The boxes of a person's inbox: pending, done, initiated, copied."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from approval_service.read_models.approval_queries import (
    LABELS,
    SEARCHED,
    filtered,
    subject_url,
)
from approval_service.read_models.approvals import approvals
from approval_service.read_models.copies import copies
from approval_service.read_models.counters import NOTHING, counters
from approval_service.read_models.tasks import is_open, tasks
from opentas_shared.domain.time import utc_now
from opentas_shared.persistence.columns import names_of
from opentas_shared.web.filters import narrowed, searched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection

    from approval_service.domain.approval.states import TaskKind


class Box(StrEnum):
    """A box of the inbox."""

    PENDING = "pending"
    DONE = "done"
    INITIATED = "initiated"
    COPIED = "copied"


ORDER: dict[Box, tuple[str, ColumnElement[Any], ColumnElement[Any]]] = {
    Box.PENDING: ("assigned_at", tasks.c.moved_at, tasks.c.id),
    Box.DONE: ("ended_at", tasks.c.moved_at, tasks.c.id),
    Box.INITIATED: ("created_at", approvals.c.created_at, approvals.c.id),
    Box.COPIED: ("copied_at", copies.c.copied_at, copies.c.id),
}
"""The sort field of a box, its column and its unique key."""
ABOUT = (
    "id",
    "version",
    "flow",
    "number",
    "subject_type",
    "subject_id",
    "subject_name",
    "submitter_id",
    "status",
    "round",
    "current_node",
    "current_nodes",
    "stale",
    "due_at",
    "created_at",
)
_APPROVAL = (*(approvals.c[name].label(f"of_{name}") for name in ABOUT), *LABELS)
LEFT_OUT = {"moved_at", "done_by", "flow", "subject_type", "subject_id", "submitter_id"}


@dataclass(frozen=True)
class InboxFilters:
    """What a box can be narrowed by; ``overdue``: whether a time limit has passed."""

    flow: str | None = None
    subject_type: str | None = None
    subject_id: str | None = None
    submitter_id: str | None = None
    node: str | None = None
    kind: tuple[TaskKind, ...] = ()
    overdue: bool | None = None
    unread: bool | None = None
    q: str | None = None


def inbox(box: Box, person_id: str, filters: InboxFilters) -> Select[Any]:
    """What lies in a person's box."""
    statement = _content(box, person_id)
    statement = narrowed(
        statement,
        equal={
            approvals.c[name]: getattr(filters, name)
            for name in ("flow", "subject_type", "subject_id", "submitter_id")
        },
    )
    in_tasks = box in {Box.PENDING, Box.DONE}
    if in_tasks:
        statement = narrowed(
            statement, equal={tasks.c.node: filters.node, tasks.c.kind: filters.kind}
        )
    elif filters.node is not None:
        statement = statement.where(approvals.c.current_nodes.contains([filters.node]))
    if filters.overdue is not None:
        due_at = tasks.c.due_at if in_tasks else approvals.c.due_at
        statement = statement.where(filtered(due_at < utc_now(), filters.overdue))
    if filters.unread is not None and box is Box.COPIED:
        statement = statement.where(filtered(copies.c.read_at.is_(None), filters.unread))
    return searched(statement, filters.q, *SEARCHED)


def _content(box: Box, person_id: str) -> Select[Any]:
    match box:
        case Box.INITIATED:
            return select(*_APPROVAL).where(approvals.c.submitter_id == person_id)
        case Box.COPIED:
            joined = copies.join(approvals, approvals.c.id == copies.c.approval_id)
            mine = copies.c.person_id == person_id
            return select(copies, *_APPROVAL).select_from(joined).where(mine)
    joined = tasks.join(approvals, approvals.c.id == tasks.c.approval_id)
    mine = tasks.c.done_by == person_id
    if box is Box.PENDING:
        mine = (tasks.c.assignee_id == person_id) & is_open()
    return select(tasks, *_APPROVAL).select_from(joined).where(mine)


def item(row: Mapping[Any, Any]) -> dict[str, Any]:
    """One item of a box: the approval, with the task or the copy for which it lies there."""
    approval = {name: row[f"of_{name}"] for name in ABOUT}
    approval |= {"flow_name": row["flow_name"], "flow_name_zh": row["flow_name_zh"]}
    approval["subject_url"] = subject_url(approval["subject_type"], approval["subject_id"])
    task = copy = None
    if "assignee_id" in row:
        task = {name: row[name] for name in names_of(tasks) if name not in LEFT_OUT}
    elif "copied_at" in row:
        copy = {name: row[name] for name in names_of(copies)}
    return {"approval": approval, "task": task, "copy": copy}


def count(connection: Connection, person_id: str) -> dict[str, int]:
    """The counters of a person's boxes: one row by primary key, however many tasks there are."""
    statement = select(counters).where(counters.c.person_id == person_id)
    row = connection.execute(statement).mappings().first()
    return {name: row[name] if row is not None else 0 for name in NOTHING}
