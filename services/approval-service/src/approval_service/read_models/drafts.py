"""The drafts of flow definitions that are neither published nor discarded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, DateTime, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from approval_service.domain.flows.flow import Flow
from approval_service.read_models.metadata import metadata
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.rows import Rows

flow_drafts = Table(
    "flow_drafts",
    metadata,
    Column("draft_id", Uuid, primary_key=True),
    Column("flow", Text, nullable=False),
    Column("content", JSONB, nullable=False),
    Column("note", Text, nullable=False),
    Column("saved_by", Text, nullable=False),
    Column("created_at", DateTime(timezone=True), nullable=False),
    Column("updated_at", DateTime(timezone=True), nullable=False),
    Index("ix_flow_drafts_flow", "flow", "created_at", "draft_id"),
)


def apply(event: Any, record: Recorded, rows: Rows) -> None:
    """Keep the last content of every draft until it is published or discarded."""
    match event:
        case Flow.DraftSaved():
            known = rows.get(flow_drafts, draft_id=event.draft_id)
            row = {
                "draft_id": event.draft_id,
                "flow": event.flow,
                "content": event.content,
                "note": event.note,
                "saved_by": record.actor,
                "created_at": known["created_at"] if known else event.timestamp,
                "updated_at": record.recorded_at,
            }
            rows.put(flow_drafts, row)
        case Flow.DraftDiscarded():
            rows.delete(flow_drafts, draft_id=event.draft_id)
        case Flow.VersionPublished() if event.draft_id is not None:
            rows.delete(flow_drafts, draft_id=event.draft_id)


DRAFTS = Projection("flow_drafts", (flow_drafts,), apply)
