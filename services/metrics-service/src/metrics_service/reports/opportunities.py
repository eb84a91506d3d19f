"""The opportunities behind every number of the funnel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Text, any_, cast, literal, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from metrics_service.read_models.opportunities import opportunity_spans
from metrics_service.read_models.timelines import valid_at

if TYPE_CHECKING:
    from sqlalchemy import Select, Subquery

    from metrics_service.read_models.stage_models import Stage
    from metrics_service.reports.question import Question

_OF_STAYS = frozenset({"stages_entered", "completed_stages", "completed_seconds"})


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
            opportunity.stages_entered,
            opportunity.completed_stages,
            opportunity.completed_seconds,
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
    columns = opportunities.c
    statement = select(*(column for column in columns if column.name not in _OF_STAYS))
    codes = [stage.code for stage in stages]
    if reached is not None:
        further = cast(codes[codes.index(reached) :], ARRAY(Text))
        statement = statement.where(
            or_(columns.status == "WON", columns.stages_entered.overlap(further))
        )
    if completed_stay is not None:
        statement = statement.where(literal(completed_stay) == any_(columns.completed_stages))
    return statement
