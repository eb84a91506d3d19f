"""The stage models with labels, requirements and numbers, for frontends to draw from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from opentas_shared.web.reference import Choice
from opportunity_service.api.reference import reason_choices
from opportunity_service.configuration.configured import configured

if TYPE_CHECKING:
    from opportunity_service.domain.stage_model import Requirements, StageModel

router = APIRouter(tags=["reference"])


class RequirementsView(BaseModel):
    """Fields to be filled and flows to be approved."""

    required_fields: list[str]
    required_approvals: list[dict[str, str]]


class StageView(RequirementsView):
    """A stage; what is required must be there before an opportunity moves on from it."""

    code: str = Field(examples=["INITIATE_OPPORTUNITY"])
    order: int
    label: str
    label_zh: str
    win_probability: int | None = Field(description="Per cent.")
    expected_conversion: int | None = Field(description="Per cent.")
    planned_days: int | None
    participants: list[str]
    key_result: str | None
    key_result_zh: str | None


class StageModelView(BaseModel):
    """One version of a stage model."""

    code: str = Field(examples=["SM-TAS"])
    version: int
    label: str
    label_zh: str
    is_default: bool
    is_newest: bool = Field(description="New opportunities of this model start with it.")
    stages: list[StageView]
    win_requires: RequirementsView
    loss_reasons: list[Choice] | None = Field(description="Its own instead of the configured ones.")


class StageModelViews(BaseModel):
    """Every version of every stage model, the default first."""

    items: list[StageModelView]


@router.get(
    "/opportunity-service/v1/reference/stage-models",
    summary="List the stage models",
    response_model=StageModelViews,
)
def list_stage_models() -> dict[str, Any]:
    """Every version that an opportunity may have started with; no token is needed."""
    return {"items": [_stage_model(model) for model in configured().stage_models.all()]}


def _stage_model(model: StageModel) -> dict[str, Any]:
    models = configured().stage_models
    return {
        "code": model.code,
        "version": model.version,
        "label": model.label.en,
        "label_zh": model.label.zh,
        "is_default": model.code == models.default,
        "is_newest": models.newest(model.code) is model,
        "stages": [
            {
                **stage.numbers(),
                "label": stage.label.en,
                "label_zh": stage.label.zh,
                "participants": list(stage.participants),
                "key_result": stage.key_result.en if stage.key_result else None,
                "key_result_zh": stage.key_result.zh if stage.key_result else None,
                **_requirements(stage.requirements),
            }
            for stage in model.stages
        ],
        "win_requires": _requirements(model.win_requires),
        "loss_reasons": None if model.loss_reasons is None else reason_choices(model.loss_reasons),
    }


def _requirements(requirements: Requirements) -> dict[str, Any]:
    return {
        "required_fields": list(requirements.fields),
        "required_approvals": [vars(item) for item in requirements.approvals],
    }
