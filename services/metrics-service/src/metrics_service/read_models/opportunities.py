"""Opportunities: stage, owner, amount, outcome and stays in stages as of any instant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Float,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    exists,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from metrics_service.read_models.facts import Fact
from metrics_service.read_models.metadata import metadata
from metrics_service.read_models.opportunity_values import VALUES
from metrics_service.read_models.stays import Stays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from metrics_service.read_models.entries import Entry
    from metrics_service.read_models.timelines import State

opportunity_facts = Table(
    "opportunity_facts",
    metadata,
    Column("opportunity_id", Uuid, primary_key=True),
    Column("entries", JSONB, nullable=False),
)

opportunity_spans = Table(
    "opportunity_spans",
    metadata,
    Column("opportunity_id", Uuid, primary_key=True),
    Column("valid_from", DateTime(timezone=True), primary_key=True),
    Column("valid_to", DateTime(timezone=True), nullable=False),
    Column("status", Text, nullable=False),
    Column("stage_model", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("owner_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("lead_id", Text),
    Column("base_amount_minor", BigInteger),
    Column("win_probability", Integer),
    Column("amount_grade", Text),
    Column("strategic_grade", Text),
    Column("probability_grade", Text),
    Column("opened_at", DateTime(timezone=True), nullable=False),
    Column("ended_at", DateTime(timezone=True)),
    Column("end_reason", Text),
    Column("signed_at", DateTime(timezone=True)),
    Column("stages_entered", ARRAY(Text), nullable=False),
    Column("completed_stages", ARRAY(Text), nullable=False),
    Column("completed_seconds", ARRAY(Float(53)), nullable=False),
    Index(None, "stage_model", "valid_to", "opened_at"),
)
"""``status``: OPEN, WON, LOST or VOID; ``win_probability`` in percent; amounts in base currency.

``stages_entered`` are all stages it has been in so far; ``completed_seconds`` is the sum of the
ended stays in each of ``completed_stages``.
"""


_ENDINGS = frozenset({"OpportunityWon", "OpportunityLost", "OpportunityVoided"})


def states(entries: Sequence[Entry]) -> list[State | None]:
    """The columns of ``opportunity_spans`` after each entry; none before the opening."""
    state: State = {"ended_at": None, "end_reason": None, "signed_at": None}
    stays = Stays()
    found: list[State | None] = []
    for entry in entries:
        at = entry.effective_at
        state = {**state, **entry.values}
        if entry.kind == "OpportunityOpened":
            state["opened_at"] = at
        elif entry.kind in _ENDINGS:
            state["ended_at"] = at
            stays = stays.leave(at)
        elif entry.kind == "ContractSigned":
            state["signed_at"] = at
        if "opened_at" not in state:
            found.append(None)
            continue
        if state["ended_at"] is None:
            stays = stays.enter(state["stage"], at)
        found.append({**state, **stays.columns()})
    return found


def knows_stage_model(connection: Connection, stage_model: str) -> bool:
    """Whether any opportunity follows this stage model."""
    statement = select(exists().where(opportunity_spans.c.stage_model == stage_model))
    return bool(connection.scalar(statement))


FACT = Fact(opportunity_facts, opportunity_spans, "opportunity_id", states)
OPPORTUNITIES = FACT.projection("opportunities", VALUES)
