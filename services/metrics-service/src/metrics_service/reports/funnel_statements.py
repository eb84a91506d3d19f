"""The three queries behind a funnel, over opportunities as of an instant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Float,
    Integer,
    Numeric,
    Text,
    any_,
    case,
    cast,
    column,
    func,
    literal,
    null,
    select,
    true,
)

from metrics_service.reports.grouping import totals_and_groups
from metrics_service.reports.rates import SECONDS_PER_DAY, duration, medians

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select, Subquery

    from metrics_service.read_models.stage_models import Stage


def tally_statement(
    opportunities: Subquery, stages: Sequence[Stage], key: str | None
) -> Select[Any]:
    """Numbers and amounts by key, status, stage, and the place of the highest stage reached.

    All of them add up over any of these, so one pass serves every count of a funnel. An
    opportunity's own win probability goes before that of its stage.
    """
    columns = opportunities.c
    odds = {stage.code: stage.win_probability for stage in stages}
    known = {code: share for code, share in odds.items() if share is not None}
    default = case(known, value=columns.stage) if known else null()
    probability = func.coalesce(cast(columns.win_probability, Numeric) / 100, default, 0)
    amount = func.coalesce(columns.base_amount_minor, 0)
    cell = select(
        (columns[key] if key else literal("")).label("key"),
        columns.status,
        columns.stage,
        _highest(opportunities, stages).label("level"),
        amount.label("amount"),
        (amount * probability).label("weighted"),
    ).subquery("cells")
    grouped = (cell.c.key, cell.c.status, cell.c.stage, cell.c.level)
    measures = (
        func.count().label("count"),
        func.sum(cell.c.amount).label("amount"),
        func.sum(cell.c.weighted).label("weighted"),
    )
    return select(*grouped, *measures).group_by(*grouped).order_by(cell.c.key)


def _highest(opportunities: Subquery, stages: Sequence[Stage]) -> ColumnElement[Any]:
    """The place of the highest stage reached, from 0; null where no stage is known.

    A stage skipped on the way up lies below the one that was entered, winning reaches the last
    one, and re-entry changes nothing: an opportunity counts once in each stage up to this one
    (domain.md §14.13).
    """
    if not stages:
        return cast(null(), Integer)
    columns = opportunities.c
    places = [(stage.code, place) for place, stage in enumerate(stages)]
    entered = [
        (literal(code) == any_(columns.stages_entered), place) for code, place in reversed(places)
    ]
    return case((columns.status == "WON", len(stages) - 1), *entered)


def cycles_statement(opportunities: Subquery, key: str | None) -> Select[Any]:
    """Cycles of the won and, by reason, of the lost, for everything and per key."""
    columns = opportunities.c
    reason = case((columns.status == "LOST", columns.end_reason))
    ended = select(
        (columns[key] if key else literal("")).label("key"),
        columns.status,
        reason.label("reason"),
        duration(columns.opened_at, columns.ended_at).label("days"),
    ).where(columns.status.in_(("WON", "LOST")))
    ends = ended.subquery("ends").c
    return totals_and_groups(
        ends.key if key else None, [ends.status, ends.reason], medians("cycle", ends.days)
    )


def stays_statement(opportunities: Subquery, key: str | None) -> Select[Any]:
    """Days in each stage: of every opportunity the sum of its completed stays."""
    columns = opportunities.c
    stay = (
        func.unnest(columns.completed_stages, columns.completed_seconds)
        .table_valued(column("stage", Text), column("seconds", Float(53)))
        .render_derived(name="stay")
    )
    return totals_and_groups(
        columns[key] if key else None,
        [stay.c.stage],
        medians("stay", cast(stay.c.seconds, Float(53)) / SECONDS_PER_DAY),
    ).select_from(opportunities.join(stay, true()))
