"""Turns of tasks: each time that a person was asked, until the person decided or need not any more.

A task that is opened again (a decision was withdrawn, advice came back) has another turn. A turn
says when everything about it happened, so that any ``as_of`` is a comparison of instants.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Integer, Table, Text, Uuid

from metrics_service.read_models.metadata import metadata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics_service.read_models.entries import Entry
    from metrics_service.read_models.timelines import Row

approval_turns = Table(
    "approval_turns",
    metadata,
    Column("approval_id", Uuid, primary_key=True),
    Column("turn_no", Integer, primary_key=True),
    Column("task_id", Uuid),
    Column("flow", Text, nullable=False),
    Column("submitter_id", Text, nullable=False),
    Column("node", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("assignee_id", Text, nullable=False),
    Column("opened_at", DateTime(timezone=True)),
    Column("due_at", DateTime(timezone=True)),
    Column("ended_at", DateTime(timezone=True)),
    Column("decision", Text),
    Column("decided_by", Text),
    Column("withdrawn_at", DateTime(timezone=True)),
    Column("resubmitted_at", DateTime(timezone=True)),
    Index(None, "flow"),
)
"""``decision``: what the person decided, null when a machine ended the turn or it is open.

``resubmitted_at``: the resubmission that this decision caused. A final approval that was taken
back (通过后撤销) is a rejected decision of its role without task, node and opening.
"""


def turns(entries: Sequence[Entry]) -> list[Row]:
    """The rows of ``approval_turns`` that entries in business order make."""
    course = _Course()
    for entry in entries:
        course.take(entry)
    return course.rows


class _Course:
    """What has happened so far: the rows, the open one of each task, who sent it back last."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self._open: dict[str, Row] = {}
        self._roles: dict[str, str] = {}
        self._sent_back: Row | None = None

    def take(self, entry: Entry) -> None:
        at, values = entry.effective_at, entry.values
        match entry.kind:
            case "TaskAssigned" | "TaskOpened":
                self._end(values["task_id"], at)
                if "role" in values:
                    self._roles[values["task_id"]] = values["role"]
                if values["status"] == "OPEN":
                    self._begin(values, at)
            case "TaskDecided":
                self._decide(values, at)
            case "TaskClosed":
                self._end(values["task_id"], at)
            case "DecisionWithdrawn":
                self._withdraw(values, at)
            case "ApprovalReversed":
                row = {**values, "task_id": None, "node": "", "assignee_id": values["by"]}
                self._add(row, ended_at=at, decision="REJECTED", decided_by=values["by"])
                self._sent_back = self.rows[-1]
            case "ApprovalResubmitted" if self._sent_back is not None:
                self._sent_back["resubmitted_at"] = at
                self._sent_back = None
            case "ApprovalResubmitted" | "ApprovalRecalled":
                self._sent_back = None

    def _add(self, values: Any, **known: Any) -> Row:
        task = values["task_id"]
        row: Row = dict.fromkeys(column.name for column in approval_turns.columns)
        del row["approval_id"]
        row |= {name: value for name, value in values.items() if name in _OF_EVENTS}
        row |= {
            "turn_no": len(self.rows) + 1,
            "task_id": None if task is None else UUID(task),
            "role": values.get("role") or self._roles.get(task, ""),
            **known,
        }
        self.rows.append(row)
        return row

    def _begin(self, values: Any, at: datetime) -> None:
        due = values["due_at"]
        due_at = None if due is None else datetime.fromisoformat(due)
        self._open[values["task_id"]] = self._add(values, opened_at=at, due_at=due_at)

    def _end(self, task: str, at: datetime) -> Row | None:
        row = self._open.pop(task, None)
        if row is not None:
            row["ended_at"] = at
        return row

    def _decide(self, values: Any, at: datetime) -> None:
        row = self._end(values["task_id"], at) or self._add(values, ended_at=at)
        row["role"] = values["role"] or row["role"]
        row |= {"decision": values["decision"], "decided_by": values["decided_by"]}
        if values["decision"] in SENDING_BACK:
            self._sent_back = row

    def _withdraw(self, values: Any, at: datetime) -> None:
        for row in reversed(self.rows):
            if row["decision"] is not None and str(row["task_id"]) == values["task_id"]:
                row["withdrawn_at"] = at
                if row is self._sent_back:
                    self._sent_back = None
                return


SENDING_BACK = frozenset({"REJECTED", "RETURNED"})
_OF_EVENTS = frozenset({"flow", "submitter_id", "node", "assignee_id"})
