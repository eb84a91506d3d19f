"""The numbers of each stage of a funnel: open, reached, converted, and how long it took."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from metrics_service.reports.rates import NO_MEDIANS, medians_of, no_next_stage, rate
from metrics_service.reports.stage_statements import (
    levels_statement,
    open_statement,
    stays_statement,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection, Select, Subquery

    from metrics_service.read_models.stage_models import Stage
    from metrics_service.reports.question import Question

Group = tuple[bool, Any]
"""Whether it is the total, and the key of the group."""
_NONE_OPEN: Mapping[str, Any] = {"open_count": 0, "open_minor": 0, "weighted_minor": 0}


class StageNumbers:
    """Reads the numbers of all stages and all groups at once, and hands them out by group."""

    def __init__(
        self,
        connection: Connection,
        question: Question,
        opportunities: Subquery,
        stages: tuple[Stage, ...],
        key: str | None,
    ) -> None:
        self._question = question
        self._stages = stages
        self._open = _by_stage(connection, open_statement(opportunities, stages, key))
        self._stays = _by_stage(connection, stays_statement(opportunities, key, question.as_of))
        self._levels: dict[Group, dict[int, int]] = defaultdict(dict)
        levels = levels_statement(opportunities, stages, key, question.as_of)
        for row in connection.execute(levels).mappings():
            if row["level"] is not None:
                self._levels[bool(row["is_total"]), row["key"]][row["level"]] = row["count"]

    def of(self, is_total: bool, key: str) -> list[dict[str, Any]]:
        """The stages of one group, in their order."""
        group = (is_total, key)
        levels = self._levels.get(group, {})
        reached = [
            sum(count for level, count in levels.items() if level >= position)
            for position in range(len(self._stages))
        ]
        minimum = self._question.minimum_sample
        rates = [rate(after, before, minimum) for before, after in pairwise(reached)]
        rates += [no_next_stage(count) for count in reached[-1:]]
        return [
            self._numbers(group, stage, reached[position], rates[position])
            for position, stage in enumerate(self._stages)
        ]

    def _numbers(
        self, group: Group, stage: Stage, reached: int, conversion: dict[str, Any]
    ) -> dict[str, Any]:
        open_here = self._open.get((*group, stage.code), _NONE_OPEN)
        stays = self._stays.get((*group, stage.code))
        weighted = None
        if stage.win_probability is not None:
            weighted = self._money(open_here["weighted_minor"])
        expected = stage.expected_conversion_rate
        return {
            "stage": stage.code,
            "open_count": open_here["open_count"],
            "open_amount": self._money(open_here["open_minor"]),
            "weighted_amount": weighted,
            "reached_count": reached,
            "conversion_rate": conversion,
            "expected_conversion_rate": None if expected is None else float(expected),
            "duration_days": dict(NO_MEDIANS) if stays is None else medians_of(stays, "stay"),
            "open_stay_count": 0 if stays is None else stays["open_stays"],
            "planned_days": stage.planned_days,
        }

    def _money(self, minor: Decimal | int) -> dict[str, Any]:
        rounded = int(Decimal(minor).quantize(Decimal(1), ROUND_HALF_UP))
        return {"amount_minor": rounded, "currency": self._question.base_currency}


def _by_stage(
    connection: Connection, statement: Select[Any]
) -> dict[tuple[bool, Any, str], Mapping[Any, Any]]:
    rows = connection.execute(statement).mappings()
    return {(bool(row["is_total"]), row["key"], row["stage"]): row for row in rows}
