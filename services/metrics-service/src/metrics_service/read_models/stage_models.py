"""Stage models: the order, the odds and the plans of the stages (R-26).

They arrive with the version that an opportunity was opened with, or published on their own, in
any order against the facts that name them. Every version is kept; reports use the highest one,
for all of the past.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, Integer, Table, Text, select
from sqlalchemy.dialects.postgresql import JSONB

from metrics_service.read_models.metadata import metadata
from opentas_shared.contracts.opportunity import OpportunityOpened, StageModelPublished
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.contracts.opportunity import StageNumbers
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.rows import Rows

stage_models = Table(
    "stage_models",
    metadata,
    Column("stage_model", Text, primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("stages", JSONB, nullable=False),
)


def apply(contract: Contract, envelope: Envelope, rows: Rows) -> None:
    """Keep a version that is not known yet."""
    if isinstance(contract, OpportunityOpened):
        _keep(rows, contract.stage_model, contract.stage_model_version, contract.stages)
    elif isinstance(contract, StageModelPublished):
        _keep(rows, contract.stage_model, contract.version, contract.stages)


def _keep(rows: Rows, stage_model: str, version: int, stages: Sequence[StageNumbers]) -> None:
    key = {"stage_model": stage_model, "version": version}
    if stages and rows.get(stage_models, **key) is None:
        numbers = [stage.model_dump(include=NUMBERS) for stage in stages]
        rows.put(stage_models, {**key, "stages": numbers})


NUMBERS = {"code", "order", "win_probability", "expected_conversion", "planned_days"}
STAGE_MODELS = Projection("stage_models", (stage_models,), apply)


@dataclass(frozen=True)
class Stage:
    """A stage; probability and expected conversion are shares from 0 to 1, null where unknown."""

    code: str
    win_probability: Decimal | None
    expected_conversion_rate: Decimal | None
    planned_days: int | None


def stages_of(connection: Connection, stage_model: str) -> tuple[Stage, ...] | None:
    """The stages in their order, or ``None`` while the stage model is not known."""
    statement = (
        select(stage_models.c.stages)
        .where(stage_models.c.stage_model == stage_model)
        .order_by(stage_models.c.version.desc())
        .limit(1)
    )
    published = connection.scalar(statement)
    if published is None:
        return None
    ordered: list[Mapping[str, Any]] = sorted(published, key=lambda stage: stage["order"])
    return tuple(
        Stage(
            stage["code"],
            _share(stage["win_probability"]),
            _share(stage["expected_conversion"]),
            stage["planned_days"],
        )
        for stage in ordered
    )


def _share(percent: int | None) -> Decimal | None:
    return None if percent is None else Decimal(percent) / 100
