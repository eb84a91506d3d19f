"""The published versions of the flow definitions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, Column, DateTime, Integer, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from approval_service.domain.flows.definition import Definition
from approval_service.domain.flows.flow import Flow
from approval_service.read_models.metadata import metadata
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

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
    """Keep every version; the one published last is in force."""
    if not isinstance(event, Flow.VersionPublished):
        return
    for version in event.previous_versions:
        row = rows.get(flow_definitions, flow=event.flow, version=version)
        if row is not None and row["in_force"]:
            rows.put(flow_definitions, {**row, "in_force": False})
    rows.new(
        flow_definitions,
        {
            "flow": event.flow,
            "version": event.version,
            "stream_id": event.originator_id,
            "in_force": True,
            "definition": event.definition,
            "published_at": event.timestamp,
        },
    )


def definition_in_force(rows: Rows, flow: str) -> Definition | None:
    """The definition by which an approval of the flow starts now."""
    found = rows.select(
        select(flow_definitions.c.definition).where(
            flow_definitions.c.flow == flow, flow_definitions.c.in_force
        )
    )
    return Definition.from_dict(found[0]["definition"]) if found else None


FLOWS = Projection("flows", (flow_definitions,), apply)
