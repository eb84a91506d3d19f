"""The leads behind every number of the lead conversion report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import and_, select

from metrics_service.read_models.leads import lead_spans
from metrics_service.read_models.opportunities import opportunity_spans
from metrics_service.read_models.timelines import valid_at

if TYPE_CHECKING:
    from sqlalchemy import Subquery

    from metrics_service.reports.question import Question


def leads_as_of(question: Question) -> Subquery:
    """The caller's leads of the cohort, with the end of the opportunity that each became.

    ``outcome`` and ``ended_at`` are null while there is no opportunity. A lead is counted as won
    or lost only once its conversion is known, so that won never exceeds converted.
    """
    lead, opportunity = lead_spans.c, opportunity_spans.c
    end = and_(
        opportunity.opportunity_id == lead.opportunity_id,
        valid_at(opportunity_spans, question.as_of),
    )
    return (
        select(
            lead.lead_id,
            lead.state,
            lead.owner_id,
            lead.source,
            lead.generation_mode,
            lead.classification,
            lead.captured_at,
            lead.converted_at,
            lead.opportunity_id,
            opportunity.status.label("outcome"),
            opportunity.ended_at,
            question.month(lead.captured_at).label("month"),
        )
        .select_from(lead_spans.outerjoin(opportunity_spans, end))
        .where(
            valid_at(lead_spans, question.as_of),
            question.period(lead.captured_at),
            question.visible(lead.owner_id),
        )
        .subquery("leads")
    )
