"""Lead conversion by cohort: how many leads became opportunities, how they ended, how fast."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func

from metrics_service.reports.grouping import totals_and_groups
from metrics_service.reports.leads import leads_as_of
from metrics_service.reports.rates import duration, medians, medians_of, rate

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping

    from metrics_service.reports.question import GroupBy, Question

KEYS = {"source": "source", "owner": "owner_id", "month": "month"}
"""The column that each ``group_by`` groups by."""


def lead_conversion(
    connection: Connection, question: Question, group_by: GroupBy | None
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The numbers of all leads of the cohort, and the same per key; durations in days."""
    leads = leads_as_of(question).c
    won = leads.outcome == "WON"
    statement = totals_and_groups(
        leads[KEYS[group_by]] if group_by else None,
        [],
        [
            func.count().label("leads"),
            func.count(leads.converted_at).label("converted"),
            func.count().filter(won).label("won"),
            func.count().filter(leads.outcome == "LOST").label("lost"),
            *medians("conversion", duration(leads.captured_at, leads.converted_at)),
            *medians("cycle", duration(leads.captured_at, leads.ended_at), won),
        ],
    )
    rows = connection.execute(statement).mappings().all()
    [total] = [row for row in rows if row["is_total"]]
    items = [{"key": row["key"], **_numbers(row, question)} for row in rows if not row["is_total"]]
    return _numbers(total, question), items


def _numbers(row: RowMapping, question: Question) -> dict[str, Any]:
    closed = row["won"] + row["lost"]
    return {
        "leads": row["leads"],
        "converted": row["converted"],
        "won": row["won"],
        "lost": row["lost"],
        "conversion_rate": rate(row["converted"], row["leads"], question.minimum_sample),
        "win_rate": rate(row["won"], closed, question.minimum_sample),
        "conversion_days": medians_of(row, "conversion"),
        "cycle_days": medians_of(row, "cycle"),
    }
