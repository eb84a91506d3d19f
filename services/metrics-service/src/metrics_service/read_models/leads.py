"""Leads: who owned them and what became of them, as of any instant.

The owner of a lead is whoever it was captured for or last assigned to. Its conversion hands the
*opportunity* to a sales owner (R-07) and leaves the lead with the one who brought it: otherwise
a conversion rate by owner would be 0 for marketing and 1 for sales.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Column, DateTime, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import JSONB

from metrics_service.read_models.facts import Fact, Values
from metrics_service.read_models.metadata import metadata
from opentas_shared.contracts.lead import (
    LeadAssigned,
    LeadCaptured,
    LeadClassified,
    LeadConverted,
    LeadDiscarded,
    LeadQualified,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from metrics_service.read_models.entries import Entry
    from metrics_service.read_models.timelines import State

lead_facts = Table(
    "lead_facts",
    metadata,
    Column("lead_id", Uuid, primary_key=True),
    Column("entries", JSONB, nullable=False),
)

lead_spans = Table(
    "lead_spans",
    metadata,
    Column("lead_id", Uuid, primary_key=True),
    Column("valid_from", DateTime(timezone=True), primary_key=True),
    Column("valid_to", DateTime(timezone=True), nullable=False),
    Column("state", Text, nullable=False),
    Column("owner_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("generation_mode", Text),
    Column("classification", Text),
    Column("captured_at", DateTime(timezone=True), nullable=False),
    Column("converted_at", DateTime(timezone=True)),
    Column("opportunity_id", Uuid),
    Index(None, "valid_to", "captured_at"),
)
"""``state``: CAPTURED, QUALIFIED, DISCARDED or CONVERTED. No owner and no source are ``""``."""

VALUES: Values = {
    LeadCaptured: lambda event: {
        "owner_id": event.owner_id or "",
        "source": event.source or "",
        "generation_mode": event.generation_mode,
    },
    LeadClassified: lambda event: {"classification": event.classification},
    LeadAssigned: lambda event: {"owner_id": event.owner_id or ""},
    LeadQualified: lambda event: {"state": "QUALIFIED"},
    LeadDiscarded: lambda event: {"state": "DISCARDED"},
    LeadConverted: lambda event: {
        "state": "CONVERTED",
        "opportunity_id": str(event.opportunity_id),
    },
}

_UNKNOWN = dict.fromkeys(
    ("generation_mode", "classification", "converted_at", "opportunity_id"), None
)


def states(entries: Sequence[Entry]) -> list[State | None]:
    """The columns of ``lead_spans`` after each entry; none before the capture."""
    state: State = {}
    found: list[State | None] = []
    for entry in entries:
        if entry.kind == "LeadCaptured":
            captured = {"state": "CAPTURED", "captured_at": entry.effective_at}
            state = {**_UNKNOWN, **captured, **state}
        state = {**state, **entry.values}
        if entry.kind == "LeadConverted":
            opportunity_id = UUID(entry.values["opportunity_id"])
            state |= {"converted_at": entry.effective_at, "opportunity_id": opportunity_id}
        found.append(state if "captured_at" in state else None)
    return found


FACT = Fact(lead_facts, lead_spans, "lead_id", states)
LEADS = FACT.projection("leads", VALUES)
