"""Opportunities: stage, owner, amount and outcome as of any instant, and their stays in stages.

Of the values that every event repeats only those count that the event is about, so that an
amount recorded late does not carry the stage of its recording back in time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    Index,
    Integer,
    Table,
    Text,
    Uuid,
    exists,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from metrics_service.read_models.facts import Derived, Fact, Values
from metrics_service.read_models.metadata import METADATA
from metrics_service.read_models.stays import derive_stays
from metrics_service.read_models.timelines import spans
from opentas_shared.contracts.opportunity import (
    AmountRevised,
    ContractSigned,
    GradeChanged,
    OpportunityLost,
    OpportunityOpened,
    OpportunityVoided,
    OpportunityWon,
    OwnerChanged,
    ProbabilityRevised,
    StageAdvanced,
    StageReverted,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from metrics_service.read_models.entries import Entry

opportunity_facts = Table(
    "opportunity_facts",
    METADATA,
    Column("opportunity_id", Uuid, primary_key=True),
    Column("entries", JSONB, nullable=False),
)

opportunity_spans = Table(
    "opportunity_spans",
    METADATA,
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
    Index(None, "stage_model", "valid_to", "opened_at"),
)
"""``status``: OPEN, WON, LOST or VOID; ``win_probability`` in percent; amounts in base currency."""

stage_stays = Table(
    "stage_stays",
    METADATA,
    Column("opportunity_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("stage", Text, nullable=False),
    Column("entered_at", DateTime(timezone=True), nullable=False),
    Column("left_at", DateTime(timezone=True), nullable=False),
)
"""Every stay of an opportunity in a stage, numbered from 1; the end of it completes the last."""


def _grades(event: Any) -> dict[str, Any]:
    return {
        "amount_grade": event.amount_grade,
        "strategic_grade": event.strategic_grade,
        "probability_grade": event.probability_grade,
    }


def _likelihood(event: Any) -> dict[str, Any]:
    return {
        "win_probability": event.win_probability,
        "probability_grade": event.probability_grade,
    }


def _opened(event: OpportunityOpened) -> dict[str, Any]:
    return {
        **_grades(event),
        **_likelihood(event),
        "status": "OPEN",
        "stage_model": event.stage_model,
        "stage": event.stage,
        "owner_id": event.owner_id or "",
        "source": event.source or "",
        "lead_id": event.lead_id,
        "base_amount_minor": event.base_amount_minor,
    }


VALUES: Values = {
    OpportunityOpened: _opened,
    StageAdvanced: lambda event: {"stage": event.to_stage, **_likelihood(event)},
    StageReverted: lambda event: {"stage": event.to_stage, **_likelihood(event)},
    AmountRevised: lambda event: {
        "base_amount_minor": event.base_amount_minor,
        "amount_grade": event.amount_grade,
    },
    ProbabilityRevised: _likelihood,
    OwnerChanged: lambda event: {"owner_id": event.owner_id or ""},
    GradeChanged: _grades,
    OpportunityWon: lambda event: {"status": "WON"},
    OpportunityLost: lambda event: {"status": "LOST", "end_reason": event.reason},
    OpportunityVoided: lambda event: {"status": "VOID", "end_reason": event.reason},
    ContractSigned: lambda event: {},
}

_ENDINGS = frozenset({"OpportunityWon", "OpportunityLost", "OpportunityVoided"})


def derive_spans(entries: Sequence[Entry]) -> Derived:
    """The rows of ``opportunity_spans``; none before the opening is known."""
    state: dict[str, Any] = {"ended_at": None, "end_reason": None, "signed_at": None}
    steps = []
    for entry in entries:
        state = {**state, **entry.values}
        if entry.kind == "OpportunityOpened":
            state["opened_at"] = entry.effective_at
        elif entry.kind in _ENDINGS:
            state["ended_at"] = entry.effective_at
        elif entry.kind == "ContractSigned":
            state["signed_at"] = entry.effective_at
        if "opened_at" in state:
            steps.append((entry.effective_at, state))
    return spans(steps)


def knows_stage_model(connection: Connection, stage_model: str) -> bool:
    """Whether any opportunity follows this stage model."""
    statement = select(exists().where(opportunity_spans.c.stage_model == stage_model))
    return bool(connection.scalar(statement))


FACT = Fact(
    opportunity_facts,
    "opportunity_id",
    {opportunity_spans: derive_spans, stage_stays: derive_stays},
)
OPPORTUNITIES = FACT.projection("opportunities", VALUES)
