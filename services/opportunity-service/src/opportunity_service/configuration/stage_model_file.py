"""The form of a stage model file."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from opportunity_service.configuration.forms import CODE, ApprovalForm, Form, LabelForm, ReasonForm
from opportunity_service.domain.go_no_go import Question
from opportunity_service.domain.stage_model import (
    Requirements,
    Stage,
    StageModel,
)

REQUIRABLE = frozenset(
    {"name", "description", "customer_id", "amount", "expected_close_date", "win_probability"}
    | {question.value for question in Question}
)
"""What a stage may require to be filled (or, for a question, answered yes)."""


class RequirementsForm(Form):
    """Fields and approvals."""

    required_fields: tuple[str, ...] = ()
    required_approvals: tuple[ApprovalForm, ...] = ()

    def requirements(self) -> Requirements:
        """As the domain knows them."""
        return Requirements(
            self.required_fields,
            tuple(item.approval() for item in self.required_approvals),
        )

    @model_validator(mode="after")
    def _known_fields(self) -> Self:
        unknown = [name for name in self.required_fields if name not in REQUIRABLE]
        if unknown:
            known = ", ".join(sorted(REQUIRABLE))
            raise ValueError(f"{unknown[0]} cannot be required; known are {known}")
        return self


class StageForm(RequirementsForm):
    """One stage; its order is its place in the file."""

    code: str = Field(pattern=CODE)
    label: LabelForm
    win_probability: int | None = Field(None, ge=0, le=100)
    expected_conversion: int | None = Field(None, ge=0, le=100)
    planned_days: int | None = Field(None, ge=0)
    participants: tuple[str, ...] = ()
    key_result: LabelForm | None = None

    def stage(self, order: int) -> Stage:
        """As the domain knows it."""
        return Stage(
            code=self.code,
            order=order,
            label=self.label.label(),
            win_probability=self.win_probability,
            expected_conversion=self.expected_conversion,
            planned_days=self.planned_days,
            participants=self.participants,
            requirements=self.requirements(),
            key_result=self.key_result.label() if self.key_result else None,
        )


class StageModelForm(Form):
    """A file of a stage model."""

    code: str = Field(min_length=1, max_length=40)
    version: int = Field(ge=1)
    label: LabelForm
    stages: tuple[StageForm, ...] = Field(min_length=1)
    win_requires: RequirementsForm = RequirementsForm()
    flows_from: dict[str, str] = Field(default_factory=dict)
    loss_reasons: tuple[ReasonForm, ...] | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        codes = [stage.code for stage in self.stages]
        if len(set(codes)) < len(codes):
            raise ValueError("a stage code occurs twice")
        for flow, stage in self.flows_from.items():
            if stage not in codes:
                raise ValueError(f"flows_from.{flow} names the unknown stage {stage}")
        return self

    def model(self) -> StageModel:
        """As the domain knows it."""
        return StageModel(
            code=self.code,
            version=self.version,
            label=self.label.label(),
            stages=tuple(form.stage(order) for order, form in enumerate(self.stages, start=1)),
            win_requires=self.win_requires.requirements(),
            flows_from=self.flows_from,
            loss_reasons=None
            if self.loss_reasons is None
            else tuple(form.reason() for form in self.loss_reasons),
        )
