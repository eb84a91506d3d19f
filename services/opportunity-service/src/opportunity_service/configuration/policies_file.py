"""The form of the policies file."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from opportunity_service.configuration.forms import Form, LabelForm, ReasonForm
from opportunity_service.domain.go_no_go import Question  # noqa: TC001 - pydantic reads it
from opportunity_service.domain.grades import GradingPolicy, Threshold
from opportunity_service.domain.policies import FlowPolicy, OwnershipPolicy, Policies


class ThresholdForm(Form):
    """Where a grade begins: exactly one of the two bounds."""

    grade: str
    at_least: int | None = None
    above: int | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_least is None) == (self.above is None):
            raise ValueError(f"grade {self.grade} needs either at_least or above")
        return self


class GradesForm(Form):
    """Thresholds, highest grade first."""

    amount: tuple[ThresholdForm, ...]
    probability: tuple[ThresholdForm, ...]
    tas_class: dict[str, str]
    partner_led_class: str = "E"


class FlowForm(Form):
    """When a flow may be requested."""

    flow: str
    label: LabelForm
    rule: str
    answers: tuple[Question, ...] = ()
    approved: tuple[str, ...] = ()
    after_win: bool = False
    repeatable: bool = False


class MovingBackForm(Form):
    """Whether open opportunities may move back (C17)."""

    open: bool = True


class PoliciesForm(Form):
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
