"""The opportunities behind every number of the funnel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, or_, select

from metrics_service.read_models.opportunities import opportunity_spans, stage_stays
from metrics_service.read_models.timelines import valid_at

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select, Subquery

    from metrics_service.read_models.stage_models import Stage
    from metrics_service.reports.question import Question


def opportunities_as_of(question: Question, stage_model: str) -> Subquery:
    """The caller's opportunities of a stage model that were opened in the days asked for.

    Void ones are among them: they count as opened and as reached, and nowhere in the win rate
    (domain.md §14.12).
    """
    opportunity = opportunity_spans.c
    return (
        select(
            opportunity.opportunity_id,
            opportunity.status,
            opportunity.stage,
            opportunity.owner_id,
            opportunity.source,
            opportunity.lead_id,
            opportunity.base_amount_minor,
            opportunity.win_probability,
            opportunity.opened_at,
            opportunity.ended_at,
            opportunity.end_reason,
            question.month(opportunity.opened_at).label("month"),
        )
        .where(
            opportunity.stage_model == stage_model,
            valid_at(opportunity_spans, question.as_of),
            question.period(opportunity.opened_at),
            question.visible(opportunity.owner_id),
        )
        .subquery("opportunities")
    )


def listed_opportunities(
    question: Question,
    stage_model: str,
    stages: tuple[Stage, ...],
    reached: str | None,
    completed_stay: str | None,
) -> Select[Any]:
    """The same as a list, optionally those that reached a stage, or were in it and left it."""
    opportunities = opportunities_as_of(question, stage_model)
    statement = select(opportunities)
    codes = [stage.code for stage in stages]
    if reached is not None:
        entered = and_(
            stage_stays.c.stage.in_(codes[codes.index(reached) :]),
            stage_stays.c.entered_at < question.as_of,
        )
        statement = statement.where(
            or_(opportunities.c.status == "WON", _has_stay(opportunities, entered))
        )
    if completed_stay is not None:
        left = and_(stage_stays.c.stage == completed_stay, stage_stays.c.left_at < question.as_of)
        statement = statement.where(_has_stay(opportunities, left))
    return statement


def _has_stay(opportunities: Subquery, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return (
        select(stage_stays.c.number)
        .where(stage_stays.c.opportunity_id == opportunities.c.opportunity_id, condition)
        .exists()
    )
