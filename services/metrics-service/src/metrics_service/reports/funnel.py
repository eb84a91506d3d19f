"""The funnel: where opportunities are, how far they came, how they ended (domain.md §14.13)."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from metrics_service.reports.funnel_statements import (
    cycles_statement,
    stays_statement,
    tally_statement,
)
from metrics_service.reports.opportunities import opportunities_as_of
from metrics_service.reports.rates import NO_MEDIANS, medians_of, no_next_stage, rate
from metrics_service.reports.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection

    from metrics_service.read_models.stage_models import Stage
    from metrics_service.reports.question import GroupBy, Question

KEYS = {"source": "source", "owner": "owner_id", "month": "month"}
"""The column that each ``group_by`` groups by."""

Medians = dict[str, Any]


def funnel(
    connection: Connection,
    question: Question,
    stage_model: str,
    stages: tuple[Stage, ...],
    group_by: GroupBy | None,
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The funnel of all opportunities asked for, and the same per key; durations in days."""
    opportunities = opportunities_as_of(question, stage_model)
    key = KEYS[group_by] if group_by else None
    total = _Funnel(question, stages)
    groups: dict[str, _Funnel] = {}
    for row in connection.execute(tally_statement(opportunities, stages, key)).mappings():
        total.tally.add(row)
        if group_by:
            groups.setdefault(row["key"], _Funnel(question, stages)).tally.add(row)
    for row in connection.execute(cycles_statement(opportunities, key)).mappings():
        part = total if row["is_total"] else groups[row["key"]]
        part.cycles[row["status"]][row["reason"]] = medians_of(row, "cycle")
    for row in connection.execute(stays_statement(opportunities, key)).mappings():
        part = total if row["is_total"] else groups[row["key"]]
        part.stays[row["stage"]] = medians_of(row, "stay")
    items = [{"key": group, **part.answer()} for group, part in groups.items()]
    return total.answer(), items


class _Funnel:
    """The funnel of one group while it is put together."""

    def __init__(self, question: Question, stages: tuple[Stage, ...]) -> None:
        self._question = question
        self._stages = stages
        self.tally = Tally()
        self.cycles: Mapping[str, dict[str | None, Medians]] = defaultdict(dict)
        self.stays: dict[str, Medians] = {}

    def answer(self) -> dict[str, Any]:
        """As it stands in the answer."""
        counts = self.tally.counts()
        minimum = self._question.minimum_sample
        return {
            "stages": self._stage_numbers(),
            **counts,
            "lost_by_reason": {
                str(reason): {"count": cycle["n"], "cycle_days": cycle}
                for reason, cycle in self.cycles["LOST"].items()
            },
            "win_rate": rate(counts["won"], counts["won"] + counts["lost"], minimum),
            "cycle_days": self.cycles["WON"].get(None, dict(NO_MEDIANS)),
        }

    def _stage_numbers(self) -> list[dict[str, Any]]:
        reached = self.tally.reached(len(self._stages))
        minimum = self._question.minimum_sample
        rates = [rate(after, before, minimum) for before, after in pairwise(reached)]
        rates += [no_next_stage(count) for count in reached[-1:]]
        return [
            self._numbers(stage, reached[place], rates[place])
            for place, stage in enumerate(self._stages)
        ]

    def _numbers(self, stage: Stage, reached: int, conversion: dict[str, Any]) -> dict[str, Any]:
        tally, code = self.tally, stage.code
        weighted = tally.weighted(code) if stage.win_probability is not None else None
        expected = stage.expected_conversion_rate
        return {
            "stage": code,
            "open_count": tally.open_count[code],
            "open_amount": self._money(tally.open_minor[code]),
            "weighted_amount": None if weighted is None else self._money(weighted),
            "reached_count": reached,
            "conversion_rate": conversion,
            "expected_conversion_rate": None if expected is None else float(expected),
            "duration_days": self.stays.get(code, dict(NO_MEDIANS)),
            "open_stay_count": tally.open_count[code],
            "planned_days": stage.planned_days,
        }

    def _money(self, minor: Decimal | int) -> dict[str, Any]:
        rounded = int(Decimal(minor).quantize(Decimal(1), ROUND_HALF_UP))
        return {"amount_minor": rounded, "currency": self._question.base_currency}
