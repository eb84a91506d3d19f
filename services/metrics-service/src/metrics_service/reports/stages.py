"""The numbers of each stage of a funnel: open, reached, converted, and how long it took."""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Numeric, and_, case, cast, func, null, select

from metrics_service.read_models.opportunities import stage_stays
from metrics_service.reports.grouping import totals_and_groups
from metrics_service.reports.rates import (
    NO_MEDIANS,
    duration,
    medians,
    medians_of,
    no_next_stage,
    rate,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection, Select, Subquery

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
        self._opportunities = opportunities
        self._stages = stages
        self._key = key
        self._open = self._by_stage(connection, self._open_statement())
        self._stays = self._by_stage(connection, self._stays_statement())
        self._levels: dict[Group, dict[int, int]] = defaultdict(dict)
        for row in connection.execute(self._levels_statement()).mappings():
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
        self, connection: Connection, statement: Select[Any]
    ) -> dict[tuple[bool, Any, str], Mapping[Any, Any]]:
        rows = connection.execute(statement).mappings()
        return {(bool(row["is_total"]), row["key"], row["stage"]): row for row in rows}

    def _group_column(self, table: Subquery) -> ColumnElement[Any] | None:
        return table.c[self._key] if self._key else None

    def _own_key(self) -> ColumnElement[Any]:
        """The key of the group that one opportunity belongs to, for a query by opportunity."""
        key = func.min(self._opportunities.c[self._key]) if self._key else null()
        return key.label("key")

    def _open_statement(self) -> Select[Any]:
        columns = self._opportunities.c
        odds = {stage.code: stage.win_probability for stage in self._stages}
        known = {code: share for code, share in odds.items() if share is not None}
        default = case(known, value=columns.stage) if known else null()
        probability = func.coalesce(cast(columns.win_probability, Numeric) / 100, default, 0)
        amount = func.coalesce(columns.base_amount_minor, 0)
        return totals_and_groups(
            self._group_column(self._opportunities),
            [columns.stage],
            [
                func.count().label("open_count"),
                func.sum(amount).label("open_minor"),
                func.sum(amount * probability).label("weighted_minor"),
            ],
        ).where(columns.status == "OPEN")

    def _levels_statement(self) -> Select[Any]:
        """How many opportunities reached which stage at most, by its place in the order.

        A stage skipped on the way up is below the one that was entered, winning reaches the last
        one, and re-entry changes nothing, so every opportunity counts once in each stage up to
        its highest.
        """
        columns = self._opportunities.c
        places = {stage.code: place for place, stage in enumerate(self._stages)}
        place = case(places, value=stage_stays.c.stage) if places else cast(null(), Integer)
        entered = and_(
            stage_stays.c.opportunity_id == columns.opportunity_id,
            stage_stays.c.entered_at < self._question.as_of,
        )
        highest = func.max(place, type_=Integer)
        level = case((columns.status == "WON", len(self._stages) - 1), else_=highest)
        each = (
            select(self._own_key(), level.label("level"))
            .select_from(self._opportunities.join(stage_stays, entered))
            .group_by(columns.opportunity_id, columns.status)
            .subquery("levels")
        )
        return totals_and_groups(
            each.c.key if self._key else None, [each.c.level], [func.count().label("count")]
        )

    def _stays_statement(self) -> Select[Any]:
        """Durations are sums of the completed stays of an opportunity; open stays are counted."""
        columns = self._opportunities.c
        instant = self._question.as_of
        completed = stage_stays.c.left_at < instant
        days = duration(stage_stays.c.entered_at, stage_stays.c.left_at)
        each = (
            select(
                self._own_key(),
                stage_stays.c.stage,
                func.sum(days).filter(completed).label("days"),
                func.count().filter(~completed).label("open_stays"),
            )
            .select_from(
                self._opportunities.join(
                    stage_stays, stage_stays.c.opportunity_id == columns.opportunity_id
                )
            )
            .where(stage_stays.c.entered_at < instant)
            .group_by(columns.opportunity_id, stage_stays.c.stage)
            .subquery("stays")
        )
        return totals_and_groups(
            each.c.key if self._key else None,
            [each.c.stage],
            [*medians("stay", each.c.days), func.sum(each.c.open_stays).label("open_stays")],
        )
