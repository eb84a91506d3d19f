"""Rows in memory and what the store would know of an event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentas_shared.domain.ids import new_id
from opentas_shared.persistence.recorded import Recorded
from opentas_shared.persistence.rows import key_of

if TYPE_CHECKING:
    from sqlalchemy import Table


class MemoryRows:
    """The part of ``Rows`` that projections use."""

    def __init__(self) -> None:
        self._rows: dict[tuple[Any, ...], dict[str, Any]] = {}

    def get(self, table: Table, **key: Any) -> dict[str, Any] | None:
        row = self._rows.get((table, key_of(table, key)))
        return dict(row) if row is not None else None

    def put(self, table: Table, row: dict[str, Any]) -> None:
        complete = {column.name: row.get(column.name) for column in table.columns}
        self._rows[(table, key_of(table, complete))] = complete

    new = put


def record_of(event: Any) -> Recorded:
    """The record of an event that was stored at its own time."""
    return Recorded(
        event_id=new_id(),
        position=1,
        topic=event.TOPIC,
        originator_id=event.originator_id,
        originator_version=event.originator_version,
        effective_at=event.timestamp,
        recorded_at=event.timestamp,
        epoch=1,
        metadata={"actor": "mia"},
    )
