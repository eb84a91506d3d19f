"""The approvals that become stale when facts of their subject move (D4), by subject."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Table, Text
from sqlalchemy.dialects.postgresql import JSONB

from approval_service.domain.approval import events
from approval_service.domain.approval.states import Status
from approval_service.read_models.approvals import approvals
from approval_service.read_models.metadata import metadata
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

watches = Table(
    "watches",
    metadata,
    Column("subject_type", Text, primary_key=True),
    Column("subject_id", Text, primary_key=True),
    Column("approvals", JSONB, nullable=False),
)
"""``approvals`` by id: ``flow``, ``state``, ``watched`` facts with their tolerance, the ``asked``
facts of the round that runs or ran last, the ``approved`` facts and when."""


class WatchState(StrEnum):
    """Whether an approval that watches facts holds."""

    ASKED = "ASKED"
    """Not approved yet, or taken back."""
    HOLDS = "HOLDS"
    STALE = "STALE"
    """It was approved, facts have moved, and it is asked for again."""


Watching = dict[str, dict[str, Any]]


def apply(event: Any, record: Recorded, rows: Rows) -> None:
    """Follow the approvals whose definition watches facts."""
    match event:
        case events.Started():
            if event.definition.get("watched"):
                row = _row(event, rows)
                row["approvals"] = {**row["approvals"], str(event.originator_id): _begun(event)}
                rows.put(watches, row)
        case events.WentStale():
            _change(event, rows, state=WatchState.STALE, asked=event.facts)
        case events.Refreshed():
            _change(event, rows, state=WatchState.HOLDS)
        case events.Reversed():
            _change(event, rows, state=WatchState.ASKED)
        case events.Completed():
            _complete(event, rows)


def _row(event: Any, rows: Rows) -> dict[str, Any]:
    key = {"subject_type": event.subject_type, "subject_id": event.subject_id}
    return rows.get(watches, **key) or {**key, "approvals": {}}


def _begun(event: events.Started) -> dict[str, Any]:
    return {
        "flow": event.flow,
        "state": WatchState.ASKED,
        "watched": event.definition["watched"],
        "asked": event.facts,
        "approved": None,
        "approved_at": None,
    }


def _change(event: Any, rows: Rows, **changes: Any) -> None:
    row, id = _row(event, rows), str(event.originator_id)
    known = row["approvals"].get(id)
    if known is not None:
        rows.put(watches, {**row, "approvals": {**row["approvals"], id: {**known, **changes}}})


def _complete(event: events.Completed, rows: Rows) -> None:
    row, id = _row(event, rows), str(event.originator_id)
    known = row["approvals"].get(id)
    if known is None:
        return
    others: Watching = {other: one for other, one in row["approvals"].items() if other != id}
    if event.outcome == Status.APPROVED:
        others = {other: one for other, one in others.items() if one["flow"] != event.flow}
        approved_at = event.timestamp.isoformat()
        holds = {"state": WatchState.HOLDS, "approved": known["asked"], "approved_at": approved_at}
        others[id] = {**known, **holds}
    if others:
        rows.put(watches, {**row, "approvals": others})
    else:
        rows.delete(watches, subject_type=event.subject_type, subject_id=event.subject_id)


def ahead(ids: Sequence[UUID], rows: Rows) -> None:
    """Load the rows of the subjects of these approvals."""
    known = (rows.get(approvals, id=id) for id in ids)
    names = ("subject_type", "subject_id")
    rows.prefetch(watches, ({name: row[name] for name in names} for row in known if row))


WATCHES = Projection("watches", (watches,), apply, ahead)
