"""The flows, and the published versions of their definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, DateTime, Integer, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from approval_service.domain.flows.definition import Definition
from approval_service.domain.flows.flow import IN_USE, RETIRED, UNPUBLISHED, Flow
from approval_service.read_models.metadata import metadata
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

flows = Table(
    "flows",
    metadata,
    Column("flow", Text, primary_key=True),
    Column("stream_id", Uuid, nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("number", Text),
    Column("name", Text),
    Column("name_zh", Text),
    Column("latest_version", Integer),
    Column("state_reason", Text),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
)
"""``version`` is that of the stream, for ``If-Match``; ``latest_version`` of the definition."""

flow_definitions = Table(
    "flow_definitions",
    metadata,
    Column("flow", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("stream_id", Uuid, nullable=False),
    Column("in_force", Boolean, nullable=False),
    Column("definition", JSONB, nullable=False),
    Column("published_at", DateTime(timezone=True), nullable=False),
)


def apply(event: Any, record: Recorded, rows: Rows) -> None:
    """Keep every version; the one published last is in force unless the flow is retired."""
    match event:
        case Flow.Created():
            about = {"stream_id": event.originator_id, "created_at": event.timestamp}
            _put(rows, event.flow, record, state=UNPUBLISHED, **about)
        case Flow.VersionPublished():
            _publish(event, record, rows)
        case Flow.Retired():
            _set_in_force(rows, event.flow, event.version, False)
            _put(rows, event.flow, record, state=RETIRED, state_reason=event.reason)
        case Flow.Reinstated():
            _set_in_force(rows, event.flow, event.version, True)
            _put(rows, event.flow, record, state=IN_USE, state_reason=event.reason)
        case Flow.DraftSaved() | Flow.DraftDiscarded():
            _put(rows, event.flow, record)


def _publish(event: Flow.VersionPublished, record: Recorded, rows: Rows) -> None:
    for version in event.previous_versions:
        _set_in_force(rows, event.flow, version, False)
    rows.new(
        flow_definitions,
        {
            "flow": event.flow,
            "version": event.version,
            "stream_id": event.originator_id,
            "in_force": not event.retired,
            "definition": event.definition,
            "published_at": event.timestamp,
        },
    )
    labels = {name: event.definition[name] for name in ("number", "name", "name_zh")}
    state = RETIRED if event.retired else IN_USE
    _put(rows, event.flow, record, state=state, latest_version=event.version, **labels)


def _set_in_force(rows: Rows, flow: str, version: int, in_force: bool) -> None:
    row = rows.get(flow_definitions, flow=flow, version=version)
    if row is not None and row["in_force"] is not in_force:
        rows.put(flow_definitions, {**row, "in_force": in_force})


def _put(rows: Rows, flow: str, record: Recorded, **changes: Any) -> None:
    known = rows.get(flows, flow=flow) or {"flow": flow}
    moved = {"version": record.originator_version, "updated_at": record.recorded_at}
    rows.put(flows, {**known, **changes, **moved})


def definition_in_force(rows: Rows, flow: str) -> Definition | None:
    """The definition by which an approval of the flow starts now; none for a retired flow."""
    known = rows.get(flows, flow=flow) or {}
    row = rows.get(flow_definitions, flow=flow, version=known.get("latest_version") or 0)
    return Definition.from_dict(row["definition"]) if row and row["in_force"] else None


def published_definition(rows: Rows, flow: str, version: int) -> Definition | None:
    """One version, in force or not."""
    row = rows.get(flow_definitions, flow=flow, version=version)
    return Definition.from_dict(row["definition"]) if row is not None else None


FLOWS = Projection("flows", (flows, flow_definitions), apply)
