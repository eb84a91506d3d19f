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

from metrics_service.read_models.facts import Fact, Values
from metrics_service.read_models.metadata import METADATA
from metrics_service.read_models.stays import Stays
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
    from metrics_service.read_models.timelines import State

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
    Column("stages_entered", ARRAY(Text), nullable=False),
    Column("completed_stages", ARRAY(Text), nullable=False),
    Column("completed_seconds", ARRAY(Float(53)), nullable=False),
    Index(None, "stage_model", "valid_to", "opened_at"),
)
"""``status``: OPEN, WON, LOST or VOID; ``win_probability`` in percent; amounts in base currency.

``stages_entered`` are all stages it has been in so far; ``completed_seconds`` is the sum of the
ended stays in each of ``completed_stages``.
"""


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
