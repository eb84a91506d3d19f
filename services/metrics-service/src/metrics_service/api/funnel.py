"""The funnel: the report and the list behind it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Response

from metrics_service.api.answers import FunnelAnswer
from metrics_service.api.asking import Asked, Asking, Month
from metrics_service.api.listed import MetricOpportunityList, item
from metrics_service.read_models.opportunities import knows_stage_model
from metrics_service.read_models.stage_models import Stage, stages_of
from metrics_service.reports.funnel import KEYS, funnel
from metrics_service.reports.instants import invalid
from metrics_service.reports.opportunities import listed_opportunities
from metrics_service.reports.question import GroupBy
from opentas_shared.web.operations import lists
from opentas_shared.web.pagination import PageQuery, paginate

router = APIRouter(tags=["metrics"])

LIST = "/v1/metrics/opportunities"
StageModel = Annotated[
    str | None, Query(description="Code of a stage model; default SM-TAS.", examples=["SM-AF"])
]


@router.get("/v1/metrics/funnel", summary="The funnel")
def get_funnel(
    asked: Asking,
    stage_model: StageModel = None,
    group_by: Annotated[GroupBy | None, Query(description="One funnel per key.")] = None,
) -> FunnelAnswer:
    """Where opportunities are, how far they came, how they ended, and how long it took.

    Days and months are those of the opening. Every opportunity counts once per stage it
    reached, lost and void ones included; winning reaches every stage.
    """
    with asked.snapshot() as (connection, question):
        model, stages = _stages(asked, connection, stage_model)
        total, items = funnel(connection, question, model, stages, group_by)
        _add_links(asked, total, {"stage_model": model})
        for each in items:
            key = {KEYS[group_by or "source"]: each["key"]}
            _add_links(asked, each, {"stage_model": model, **key})
        return FunnelAnswer.model_validate(
            {**asked.context(connection), "stage_model": model, **total, "items": items}
        )


def _stages(
    asked: Asked, connection: Any, stage_model: str | None
) -> tuple[str, tuple[Stage, ...]]:
    """The stages of a model; none while only opportunities, not the model, are known."""
    default = asked.settings.default_stage_model
    model = stage_model if stage_model is not None else default
    stages = stages_of(connection, model)
    if stages is None and model != default and not knows_stage_model(connection, model):
        raise invalid(
            "stage_model", "UNKNOWN_STAGE_MODEL", f"No stage model has the code {model!r}."
        )
    return model, stages or ()


def _add_links(asked: Asked, numbers: dict[str, Any], filters: dict[str, str]) -> None:
    statuses = {name: name.upper() for name in ("open", "won", "lost", "void")}
    numbers["links"] = {
        "opened": asked.link(LIST, **filters),
        **{name: asked.link(LIST, **filters, status=status) for name, status in statuses.items()},
    }
    for reason, lost in numbers["lost_by_reason"].items():
        lost["links"] = {"count": asked.link(LIST, **filters, status="LOST", end_reason=reason)}
    for stage in numbers["stages"]:
        code = stage["stage"]
        stage["links"] = {
            "open": asked.link(LIST, **filters, status="OPEN", stage=code),
            "reached": asked.link(LIST, **filters, reached=code),
            "completed_stays": asked.link(LIST, **filters, completed_stay=code),
        }


@router.get(
    LIST,
    summary="The opportunities behind a number",
    response_model=MetricOpportunityList,
    **lists(),
)
def list_metric_opportunities(
    asked: Asking,
    page: PageQuery,
    stage_model: StageModel = None,
    source: Annotated[str | None, Query(description="Empty: the blank source.")] = None,
    owner_id: Annotated[str | None, Query(description="Empty: no owner.")] = None,
    month: Month = None,
    status: Annotated[Literal["OPEN", "WON", "LOST", "VOID"] | None, Query()] = None,
    end_reason: Annotated[str | None, Query(description="Why it was lost or void.")] = None,
    stage: Annotated[str | None, Query(description="The stage it is or was last in.")] = None,
    reached: Annotated[str | None, Query(description="Reached this stage.")] = None,
    completed_stay: Annotated[
        str | None, Query(description="Has been in this stage and left it.")
    ] = None,
) -> Response:
    """The opportunities as of the instant, with the same filters as the report."""
    with asked.snapshot() as (connection, question):
        model, stages = _stages(asked, connection, stage_model)
        filters = {
            "source": source,
            "owner_id": owner_id,
            "month": month,
            "status": status,
            "end_reason": end_reason,
            "stage": stage,
        }
        named = {"stage": stage, "reached": reached, "completed_stay": completed_stay}
        for parameter, code in named.items():
            if code is not None and code not in {known.code for known in stages}:
                raise invalid(parameter, "UNKNOWN_STAGE", f"{model} has no stage {code!r}.")
        statement = listed_opportunities(question, model, stages, reached, completed_stay)
        columns = statement.selected_columns
        for name, value in filters.items():
            if value is not None:
                statement = statement.where(columns[name] == value)
        return paginate(
            connection,
            statement,
            page,
            sorts={n: columns[n] for n in ("opened_at", "ended_at", "base_amount_minor")},
            default_sort="-opened_at",
            key=columns["opportunity_id"],
            view=item,
        )
