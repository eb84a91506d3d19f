"""The form of the policies file."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from opportunity_service.configuration.forms import ApprovalForm, Form, LabelForm, ReasonForm
from opportunity_service.domain.effects.kinds import EffectKind  # noqa: TC001 - pydantic reads it
from opportunity_service.domain.go_no_go import Question  # noqa: TC001 - pydantic reads it
from opportunity_service.domain.grades import GradingPolicy, Threshold
from opportunity_service.domain.policies import (
    FlowPolicy,
    OwnershipPolicy,
    Policies,
    PresalesPolicy,
)
from opportunity_service.domain.stage_model import RequiredApproval


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
    admitted_classes: frozenset[str] = frozenset({"A", "B"})


class FlowForm(Form):
    """When a flow may be requested, and what its approval changes."""

    flow: str
    label: LabelForm
    rule: str
    answers: tuple[Question, ...] = ()
    approved: tuple[ApprovalForm | str, ...] = ()
    after_win: bool = False
    also_after_win: bool = False
    repeatable: bool = False
    effect: EffectKind | None = None

    def policy(self) -> FlowPolicy:
        """As the domain knows it; a flow named in ``approved`` without a rule has this one's."""
        return FlowPolicy(
            flow=self.flow,
            label=self.label.label(),
            rule=self.rule,
            answers=tuple(question.value for question in self.answers),
            approved=tuple(
                RequiredApproval(item, self.rule) if isinstance(item, str) else item.approval()
                for item in self.approved
            ),
            after_win=self.after_win,
            also_after_win=self.also_after_win,
            repeatable=self.repeatable,
            effect=self.effect,
        )


class MovingBackForm(Form):
    """Whether open opportunities may move back (C17)."""

    open: bool = True


class PresalesForm(Form):
    """Limits of presales."""

    low_probability_hours: int | None = Field(None, ge=0)


class PoliciesForm(Form):
    """The policies file."""

    grades: GradesForm
    owner_posts: dict[str, frozenset[str]]
    flows: tuple[FlowForm, ...]
    signing_requires: str
    registration_days: int = Field(180, ge=1)
    presales: PresalesForm = PresalesForm()
    moving_back: MovingBackForm = MovingBackForm()
    loss_reasons: tuple[ReasonForm, ...] = Field(min_length=1)
    void_reasons: tuple[ReasonForm, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _known_flows(self) -> Self:
        known = {form.flow for form in self.flows}
        for form in self.flows:
            for item in form.policy().approved:
                if item.flow not in known:
                    raise ValueError(f"{form.flow} needs the unknown flow {item.flow}")
        if self.signing_requires not in known:
            raise ValueError(f"signing_requires names the unknown flow {self.signing_requires}")
        return self

    def policies(self) -> Policies:
        """As the domain knows them."""
        grades = self.grades
        return Policies(
            grading=GradingPolicy(
                amount=tuple(Threshold(**vars(form)) for form in grades.amount),
                probability=tuple(Threshold(**vars(form)) for form in grades.probability),
                tas_class=grades.tas_class,
                partner_led_class=grades.partner_led_class,
                admitted_classes=grades.admitted_classes,
            ),
            ownership=OwnershipPolicy(self.owner_posts),
            flows={form.flow: form.policy() for form in self.flows},
            loss_reasons=tuple(form.reason() for form in self.loss_reasons),
            void_reasons=tuple(form.reason() for form in self.void_reasons),
            signing_requires=self.signing_requires,
            registration_days=self.registration_days,
            presales=PresalesPolicy(self.presales.low_probability_hours),
            moving_back=self.moving_back.open,
        )
