"""The form of the configuration files; unknown keys are faults."""

from __future__ import annotations

from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from opportunity_service.domain.go_no_go import Question
from opportunity_service.domain.grades import GradingPolicy, Threshold
from opportunity_service.domain.policies import FlowPolicy, OwnershipPolicy, Policies
from opportunity_service.domain.stage_model import (
    Label,
    Reason,
    RequiredApproval,
    Requirements,
    Stage,
    StageModel,
)

CODE = r"^[A-Z][A-Z0-9_]*$"
REQUIRABLE = frozenset(
    {"name", "description", "customer_id", "amount", "expected_close_date", "win_probability"}
    | {question.value for question in Question}
)
"""What a stage may require to be filled (or, for a question, answered yes)."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelForm(_Form):
    """A name in both languages."""

    zh: str
    en: str

    def label(self) -> Label:
        """As the domain knows it."""
        return Label(self.zh, self.en)


class ReasonForm(_Form):
    """One reason."""

    code: str = Field(pattern=CODE)
    label: LabelForm
    needs_text: bool = False

    def reason(self) -> Reason:
        """As the domain knows it."""
        return Reason(self.code, self.label.label(), self.needs_text)


class ApprovalForm(_Form):
    """A required flow and the rule that asks for it."""

    flow: str
    rule: str = "R-23"


class RequirementsForm(_Form):
    """Fields and approvals."""

    required_fields: tuple[str, ...] = ()
    required_approvals: tuple[ApprovalForm, ...] = ()

    def requirements(self) -> Requirements:
        """As the domain knows them."""
        return Requirements(
            self.required_fields,
            tuple(RequiredApproval(item.flow, item.rule) for item in self.required_approvals),
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


class StageModelForm(_Form):
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


class ThresholdForm(_Form):
    """Where a grade begins: exactly one of the two bounds."""

    grade: str
    at_least: int | None = None
    above: int | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_least is None) == (self.above is None):
            raise ValueError(f"grade {self.grade} needs either at_least or above")
        return self


class GradesForm(_Form):
    """Thresholds, highest grade first."""

    amount: tuple[ThresholdForm, ...]
    probability: tuple[ThresholdForm, ...]
    tas_class: dict[str, str]
    partner_led_class: str = "E"


class FlowForm(_Form):
    """When a flow may be requested."""

    flow: str
    label: LabelForm
    rule: str
    answers: tuple[Question, ...] = ()
    approved: tuple[str, ...] = ()
    after_win: bool = False
    repeatable: bool = False


class MovingBackForm(_Form):
    """Whether open opportunities may move back (C17)."""

    open: bool = True


class PoliciesForm(_Form):
    """The policies file."""

    grades: GradesForm
    owner_posts: dict[str, frozenset[str]]
    flows: tuple[FlowForm, ...]
    signing_requires: str
    moving_back: MovingBackForm = MovingBackForm()
    loss_reasons: tuple[ReasonForm, ...] = Field(min_length=1)
    void_reasons: tuple[ReasonForm, ...] = Field(min_length=1)

    def policies(self) -> Policies:
        """As the domain knows them."""
        grades = self.grades
        return Policies(
            grading=GradingPolicy(
                amount=tuple(Threshold(**vars(form)) for form in grades.amount),
                probability=tuple(Threshold(**vars(form)) for form in grades.probability),
                tas_class=grades.tas_class,
                partner_led_class=grades.partner_led_class,
            ),
            ownership=OwnershipPolicy(self.owner_posts),
            flows={
                form.flow: FlowPolicy(
                    flow=form.flow,
                    label=form.label.label(),
                    rule=form.rule,
                    answers=tuple(question.value for question in form.answers),
                    approved=form.approved,
                    after_win=form.after_win,
                    repeatable=form.repeatable,
                )
                for form in self.flows
            },
            loss_reasons=tuple(form.reason() for form in self.loss_reasons),
            void_reasons=tuple(form.reason() for form in self.void_reasons),
            signing_requires=self.signing_requires,
            moving_back=self.moving_back.open,
        )
