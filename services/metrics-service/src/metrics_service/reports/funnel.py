"""The funnel: where opportunities are, how far they came, how they ended (domain.md §14.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func

from metrics_service.reports.grouping import totals_and_groups
from metrics_service.reports.opportunities import opportunities_as_of
from metrics_service.reports.rates import duration, medians, medians_of, rate
from metrics_service.reports.stages import StageNumbers

if TYPE_CHECKING:
    from sqlalchemy import Connection, Subquery

    from metrics_service.read_models.stage_models import Stage
    from metrics_service.reports.question import GroupBy, Question

KEYS = {"source": "source", "owner": "owner_id", "month": "month"}
"""The column that each ``group_by`` groups by."""


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
    numbers = StageNumbers(connection, question, opportunities, stages, key)
    reasons = _lost_by_reason(connection, opportunities, key)
    total: dict[str, Any] = {}
    items: list[dict[str, Any]] = []
    for is_total, group, outcome in _outcomes(connection, question, opportunities, key):
        part = {
            "stages": numbers.of(is_total, group),
            **outcome,
            "lost_by_reason": reasons.get((is_total, group), {}),
        }
        if is_total:
            total = part
        else:
            items.append({"key": group, **part})
    return total, items


def _outcomes(
    connection: Connection, question: Question, opportunities: Subquery, key: str | None
) -> list[tuple[bool, str, dict[str, Any]]]:
    columns = opportunities.c
    won = columns.status == "WON"
    statement = totals_and_groups(
        columns[key] if key else None,
        [],
        [
            func.count().label("opened"),
            func.count().filter(columns.status == "OPEN").label("open"),
            func.count().filter(won).label("won"),
            func.count().filter(columns.status == "LOST").label("lost"),
            func.count().filter(columns.status == "VOID").label("void"),
            *medians("cycle", duration(columns.opened_at, columns.ended_at), won),
        ],
    )
    found = []
    for row in connection.execute(statement).mappings():
        counts = {name: row[name] for name in ("opened", "open", "won", "lost", "void")}
        numbers = {
            **counts,
            "win_rate": rate(row["won"], row["won"] + row["lost"], question.minimum_sample),
            "cycle_days": medians_of(row, "cycle"),
        }
        found.append((bool(row["is_total"]), row["key"], numbers))
    return found


def _lost_by_reason(
    connection: Connection, opportunities: Subquery, key: str | None
) -> dict[tuple[bool, str], dict[str, Any]]:
    columns = opportunities.c
    statement = totals_and_groups(
        columns[key] if key else None,
        [columns.end_reason],
        [
            func.count().label("count"),
            *medians("cycle", duration(columns.opened_at, columns.ended_at)),
        ],
    ).where(columns.status == "LOST")
    found: dict[tuple[bool, str], dict[str, Any]] = {}
    for row in connection.execute(statement).mappings():
        reasons = found.setdefault((bool(row["is_total"]), row["key"]), {})
        reasons[row["end_reason"]] = {
            "count": row["count"],
            "cycle_days": medians_of(row, "cycle"),
        }
    return found
