"""The three boxes of a person's inbox: pending, done, initiated."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select

from approval_service.read_models.approval_queries import LABELS, subject_url
from approval_service.read_models.approvals import approvals
from approval_service.read_models.tasks import counters, is_open, tasks
from opentas_shared.persistence.columns import names_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection


class Box(StrEnum):
    """A box of the inbox."""

    PENDING = "pending"
    DONE = "done"
    INITIATED = "initiated"


ORDER: dict[Box, tuple[str, ColumnElement[Any], ColumnElement[Any]]] = {
    Box.PENDING: ("assigned_at", tasks.c.moved_at, tasks.c.id),
    Box.DONE: ("ended_at", tasks.c.moved_at, tasks.c.id),
    Box.INITIATED: ("created_at", approvals.c.created_at, approvals.c.id),
}
"""The sort field of a box, its column and its unique key."""
ABOUT = (
    "id",
    "version",
    "flow",
    "subject_type",
    "subject_id",
    "submitter_id",
    "status",
    "round",
    "current_node",
    "created_at",
)
_APPROVAL = (*(approvals.c[name].label(f"of_{name}") for name in ABOUT), *LABELS)


def inbox(box: Box, person_id: str, flow: str | None, subject_id: str | None) -> Select[Any]:
    """What lies in a person's box."""
    if box is Box.INITIATED:
        statement = select(*_APPROVAL).where(approvals.c.submitter_id == person_id)
    else:
        joined = tasks.join(approvals, approvals.c.id == tasks.c.approval_id)
        mine = (
            (tasks.c.assignee_id == person_id) & is_open()
            if box is Box.PENDING
            else tasks.c.decided_by == person_id
        )
        statement = select(tasks, *_APPROVAL).select_from(joined).where(mine)
    if flow is not None:
        statement = statement.where(approvals.c.flow == flow)
    if subject_id is not None:
        statement = statement.where(approvals.c.subject_id == subject_id)
    return statement


def item(row: Mapping[Any, Any]) -> dict[str, Any]:
    """One item of a box: the approval, and the task unless it is the box of one's own."""
    approval = {name: row[f"of_{name}"] for name in ABOUT}
    approval |= {"flow_name": row["flow_name"], "flow_name_zh": row["flow_name_zh"]}
    approval["subject_url"] = subject_url(approval["subject_type"], approval["subject_id"])
    task = None
    if "assignee_id" in row:
        left_out = {"moved_at", "flow", "subject_type", "subject_id", "submitter_id"}
        task = {name: row[name] for name in names_of(tasks) if name not in left_out}
    return {"approval": approval, "task": task}


def count(connection: Connection, person_id: str) -> dict[str, int]:
    """The counters of a person's boxes: one row by primary key, however many tasks there are."""
    row = (
        connection.execute(select(counters).where(counters.c.person_id == person_id))
        .mappings()
        .first()
    )
    return {box: row[box] if row is not None else 0 for box in Box}
