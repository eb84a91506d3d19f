"""The queries behind the stages of a funnel, over opportunities as of an instant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer, Numeric, and_, case, cast, func, null, select

from metrics_service.read_models.opportunities import stage_stays
from metrics_service.reports.grouping import totals_and_groups
from metrics_service.reports.rates import duration, medians

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import ColumnElement, Select, Subquery

    from metrics_service.read_models.stage_models import Stage


def open_statement(
    opportunities: Subquery, stages: Sequence[Stage], key: str | None
) -> Select[Any]:
    """Number, amount and weighted amount of the open opportunities per stage.

    An opportunity's own win probability goes before that of its stage.
    """
    columns = opportunities.c
    odds = {stage.code: stage.win_probability for stage in stages}
    known = {code: share for code, share in odds.items() if share is not None}
    default = case(known, value=columns.stage) if known else null()
    probability = func.coalesce(cast(columns.win_probability, Numeric) / 100, default, 0)
    amount = func.coalesce(columns.base_amount_minor, 0)
    return totals_and_groups(
        columns[key] if key else None,
        [columns.stage],
        [
            func.count().label("open_count"),
            func.sum(amount).label("open_minor"),
            func.sum(amount * probability).label("weighted_minor"),
        ],
    ).where(columns.status == "OPEN")


def levels_statement(
    opportunities: Subquery, stages: Sequence[Stage], key: str | None, instant: datetime
) -> Select[Any]:
    """How many opportunities reached which stage at most, by its place in the order.

    A stage skipped on the way up is below the one that was entered, winning reaches the last
    one, and re-entry changes nothing, so every opportunity counts once in each stage up to its
    highest (domain.md §14.13).
    """
    columns = opportunities.c
    places = {stage.code: place for place, stage in enumerate(stages)}
    place = case(places, value=stage_stays.c.stage) if places else cast(null(), Integer)
    highest = func.max(place, type_=Integer)
    level = case((columns.status == "WON", len(stages) - 1), else_=highest)
    each = (
        select(_own_key(opportunities, key), level.label("level"))
        .select_from(_with_stays(opportunities, instant))
        .group_by(columns.opportunity_id, columns.status)
        .subquery("levels")
    )
    return totals_and_groups(
        each.c.key if key else None, [each.c.level], [func.count().label("count")]
    )


def stays_statement(opportunities: Subquery, key: str | None, instant: datetime) -> Select[Any]:
    """Durations are sums of the completed stays of an opportunity; open stays are counted."""
    completed = stage_stays.c.left_at < instant
    days = duration(stage_stays.c.entered_at, stage_stays.c.left_at)
    each = (
        select(
            _own_key(opportunities, key),
            stage_stays.c.stage,
            func.sum(days).filter(completed).label("days"),
            func.count().filter(~completed).label("open_stays"),
        )
        .select_from(_with_stays(opportunities, instant))
        .group_by(opportunities.c.opportunity_id, stage_stays.c.stage)
        .subquery("stays")
    )
    return totals_and_groups(
        each.c.key if key else None,
        [each.c.stage],
        [*medians("stay", each.c.days), func.sum(each.c.open_stays).label("open_stays")],
    )


def _with_stays(opportunities: Subquery, instant: datetime) -> Any:
    begun = and_(
        stage_stays.c.opportunity_id == opportunities.c.opportunity_id,
        stage_stays.c.entered_at < instant,
    )
    return opportunities.join(stage_stays, begun)


def _own_key(opportunities: Subquery, key: str | None) -> ColumnElement[Any]:
    """The key of the group that one opportunity belongs to, in a query by opportunity."""
    value = func.min(opportunities.c[key]) if key else null()
    return value.label("key")
