"""What several configuration files share; unknown keys are faults."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from opportunity_service.domain.stage_model import Label, Reason, RequiredApproval

CODE = r"^[A-Z][A-Z0-9_]*$"


class Form(BaseModel):
    """A part of a configuration file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelForm(Form):
    """A name in both languages."""

    zh: str
    en: str

    def label(self) -> Label:
        """As the domain knows it."""
        return Label(self.zh, self.en)


class ReasonForm(Form):
    """One reason."""

    code: str = Field(pattern=CODE)
    label: LabelForm
    needs_text: bool = False

    def reason(self) -> Reason:
        """As the domain knows it."""
        return Reason(self.code, self.label.label(), self.needs_text)


class ApprovalForm(Form):
    """A required flow and the rule that asks for it."""

    flow: str
    rule: str = "R-23"

    def approval(self) -> RequiredApproval:
        """As the domain knows it."""
        return RequiredApproval(self.flow, self.rule)
