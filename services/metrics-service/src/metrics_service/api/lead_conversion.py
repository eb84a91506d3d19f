"""Lead conversion: the report and the list behind it."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Response
from sqlalchemy import select

from metrics_service.api.answers import LeadConversionAnswer
from metrics_service.api.asking import Asked, Asking, Month
from metrics_service.api.listed import MetricLeadList, item
from metrics_service.reports.lead_conversion import KEYS, lead_conversion
from metrics_service.reports.leads import leads_as_of
from metrics_service.reports.question import GroupBy
from opentas_shared.web.operations import lists
from opentas_shared.web.pagination import PageQuery, paginate

router = APIRouter(tags=["metrics"])

LIST = "/v1/metrics/leads"
COUNTED: dict[str, dict[str, str]] = {
    "leads": {},
    "converted": {"converted": "true"},
    "won": {"outcome": "WON"},
    "lost": {"outcome": "LOST"},
}
"""The filter of the list behind each number."""


@router.get("/v1/metrics/lead-conversion", summary="Lead conversion by cohort")
def get_lead_conversion(
    asked: Asking,
    group_by: Annotated[GroupBy | None, Query(description="One item per key.")] = None,
) -> LeadConversionAnswer:
    """How many leads became opportunities, how these ended, and how long it took.

    Cohorts by the day on which a lead was captured. A lead belongs to the owner who brought it,
    its conversion hands only the opportunity over.
    """
    with asked.snapshot() as (connection, question):
        total, items = lead_conversion(connection, question, group_by)
        for each in items:
            each["links"] = _links(asked, **{KEYS[group_by or "source"]: each["key"]})
        total["links"] = _links(asked)
        return LeadConversionAnswer.model_validate(
            {**asked.context(connection), "total": total, "items": items}
        )


def _links(asked: Asked, **key: str) -> dict[str, str]:
    return {name: asked.link(LIST, **key, **filters) for name, filters in COUNTED.items()}


@router.get(LIST, summary="The leads behind a number", response_model=MetricLeadList, **lists())
def list_metric_leads(
    asked: Asking,
    page: PageQuery,
    source: Annotated[str | None, Query(description="Empty: the blank source.")] = None,
    owner_id: Annotated[str | None, Query(description="Empty: no owner.")] = None,
    month: Month = None,
    converted: Annotated[bool | None, Query(description="Became an opportunity.")] = None,
    outcome: Annotated[
        Literal["OPEN", "WON", "LOST", "VOID"] | None,
        Query(description="State of the opportunity that it became."),
    ] = None,
) -> Response:
    """The leads as of the instant, with the same filters as the report."""
    with asked.snapshot() as (connection, question):
        leads = leads_as_of(question)
        statement = select(leads)
        filters = {"source": source, "owner_id": owner_id, "month": month, "outcome": outcome}
        for name, value in filters.items():
            if value is not None:
                statement = statement.where(leads.c[name] == value)
        if converted is not None:
            statement = statement.where(leads.c.converted_at.is_not(None) == converted)
        return paginate(
            connection,
            statement,
            page,
            sorts={name: leads.c[name] for name in ("captured_at", "converted_at", "ended_at")},
            default_sort="-captured_at",
            key=leads.c.lead_id,
            view=item,
        )
