"""Stage models, reasons, grades and flows, with labels, for frontends to draw from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field

from opentas_shared.web.reference import Choice, choices, reference_router
from opportunity_service.api.options import GRADES
from opportunity_service.configuration.in_force import configuration

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opportunity_service.domain.stage_model import Reason, Requirements, StageModel

STATUSES = {
    "OPEN": ("Open", "进行中"),
    "WON": ("Won", "赢单"),
    "LOST": ("Lost", "输单"),
    "VOID": ("Invalid", "无效"),
}
APPROVAL_STATUSES = {
    "REQUESTED": ("Requested", "已申请"),
    "RUNNING": ("Running", "审批中"),
    "RETURNED": ("Returned", "已退回"),
    "NOT_STARTED": ("Not started", "未能启动"),
    "APPROVED": ("Approved", "已批准"),
    "REJECTED": ("Rejected", "已拒绝"),
}
QUESTIONS = {
    "is_it_an_opportunity": ("Is it an opportunity?", "这是一个机会吗"),
    "are_we_competitive": ("Are we competitive?", "我们有竞争力吗"),
    "can_we_win": ("Can we win?", "我们能赢吗"),
}
PROBABILITY_GRADES = {
    "HIGH": ("High", "高概率"),
    "MEDIUM": ("Medium", "中概率"),
    "LOW": ("Low", "低概率"),
}


def _reasons(reasons: Iterable[Reason]) -> list[Choice]:
    return [
        Choice(
            code=reason.code,
            label=reason.label.en,
            label_zh=reason.label.zh,
            attributes={"needs_text": reason.needs_text},
        )
        for reason in reasons
    ]


def _amount_grades() -> list[Choice]:
    policies = configuration().policies
    return [
        Choice(
            code=threshold.grade,
            label=f"Grade {threshold.grade}",
            label_zh=f"{threshold.grade}级",
            attributes={
                "base_amount_minor_above": threshold.above,
                "base_amount_minor_at_least": threshold.at_least,
                "owner_posts": sorted(policies.ownership.posts_for(threshold.grade)),
            },
        )
        for threshold in policies.grading.amount
    ]


def _probability_grades() -> list[Choice]:
    return [
        Choice(
            code=threshold.grade,
            label=PROBABILITY_GRADES.get(threshold.grade, (threshold.grade, ""))[0],
            label_zh=PROBABILITY_GRADES.get(threshold.grade, ("", threshold.grade))[1],
            attributes={"above": threshold.above, "at_least": threshold.at_least},
        )
        for threshold in configuration().policies.grading.probability
    ]


def _flows() -> list[Choice]:
    return [
        Choice(
            code=flow.flow,
            label=flow.label.en,
            label_zh=flow.label.zh,
            attributes={
                "rule": flow.rule,
                "answers": list(flow.answers),
                "approved": list(flow.approved),
                "after_win": flow.after_win,
                "repeatable": flow.repeatable,
            },
        )
        for flow in configuration().policies.flows.values()
    ]


router = reference_router(
    "opportunity-service",
    {
        "opportunity-statuses": choices(STATUSES),
        "approval-statuses": choices(APPROVAL_STATUSES),
        "go-no-go-questions": choices(QUESTIONS),
        "strategic-grades": choices({code: (en, zh) for code, (zh, en) in GRADES.items()}),
        "amount-grades": _amount_grades,
        "probability-grades": _probability_grades,
        "loss-reasons": lambda: _reasons(configuration().policies.loss_reasons),
        "void-reasons": lambda: _reasons(configuration().policies.void_reasons),
        "approval-flows": _flows,
    },
)


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
    return {"items": [_stage_model(model) for model in configuration().stage_models.all()]}


def _stage_model(model: StageModel) -> dict[str, Any]:
    models = configuration().stage_models
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
        "loss_reasons": None if model.loss_reasons is None else _reasons(model.loss_reasons),
    }


def _requirements(requirements: Requirements) -> dict[str, Any]:
    return {
        "required_fields": list(requirements.fields),
        "required_approvals": [vars(item) for item in requirements.approvals],
    }
