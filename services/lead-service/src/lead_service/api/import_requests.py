"""What an importer sends: leads with their steps."""

from __future__ import annotations

from typing import Annotated, Any, Literal, NoReturn
from uuid import UUID

from pydantic import Field, ValidationError, ValidatorFunctionWrapHandler, WrapValidator

from lead_service.api.conversion_requests import OpeningFields
from lead_service.api.lead_requests import (
    AssignmentRequest,
    BlankOrCode,
    ClassificationRequest,
    DiscardRequest,
    LeadFactsFields,
    QualificationRequest,
    Title,
)
from lead_service.commands.capturing import CaptureLead
from lead_service.commands.converting import ConvertLead
from lead_service.commands.importing import Step
from lead_service.commands.screening import AssignLead, ClassifyLead, DiscardLead, QualifyLead
from lead_service.domain.facts import LeadFacts, LeadOrigin
from opentas_shared.persistence.unit_of_work import UnitOfWork
from opentas_shared.web.auth import Caller
from opentas_shared.web.bodies import ApiModel, Code, NaturalKey, Timed, UserId
from opentas_shared.web.commands import Commands
from opentas_shared.web.handlers import refusal_of_faults


class CaptureStep(LeadFactsFields, Timed):
    """The lead was captured; the source may be one that is not configured."""

    command: Literal["capture"]
    title: Title | None = Field(None, description="Default: the natural key.")
    source: BlankOrCode = ""
    generation_mode: Code | None = None
    owner_id: UserId | None = Field(None, description="Default: the importer.")

    def step(self, item: LeadImport, lead_id: UUID, caller: Caller) -> Step:
        """As a command."""
        facts = {name: getattr(self, name) for name in LeadFactsFields.model_fields}
        return CaptureLead(
            lead_id,
            LeadOrigin(self.source, self.generation_mode, item.natural_key),
            LeadFacts(title=self.title or item.natural_key, **facts),
            self.owner_id or caller.subject,
            Commands.moment(self.effective_at, caller),
            historic=True,
            waived=item.waived_rules,
        )


class ClassifyStep(ClassificationRequest):
    """The lead was classified."""

    command: Literal["classify"]

    def step(self, item: LeadImport, lead_id: UUID, caller: Caller) -> Step:
        """As a command."""
        at = Commands.moment(self.effective_at, caller)
        return ClassifyLead(lead_id, self.classification, self.reason, at, item.waived_rules)


class AssignStep(AssignmentRequest):
    """The lead got another owner, who may be unknown to the directory."""

    command: Literal["assign"]

    def step(self, item: LeadImport, lead_id: UUID, caller: Caller) -> Step:
        """As a command."""
        at = Commands.moment(self.effective_at, caller)
        return AssignLead(lead_id, self.owner_id, self.reason, at, True, item.waived_rules)


class QualifyStep(QualificationRequest):
    """The lead was qualified."""

    command: Literal["qualify"]
    criteria: list[Code] = Field(default_factory=list, max_length=50)

    def step(self, item: LeadImport, lead_id: UUID, caller: Caller) -> Step:
        """As a command."""
        at = Commands.moment(self.effective_at, caller)
        criteria = frozenset(self.criteria)
        return QualifyLead(lead_id, criteria, self.note, at, item.waived_rules)


class ConvertStep(OpeningFields, Timed):
    """The lead became an opportunity; without ``owner_id`` its owner keeps it."""

    command: Literal["convert"]

    def step(self, item: LeadImport, lead_id: UUID, caller: Caller) -> Step:
        """As a command."""
        at = Commands.moment(self.effective_at, caller)
        opening = self.opening()
        return ConvertLead(lead_id, opening, None, caller.subject, at, True, item.waived_rules)


class DiscardStep(DiscardRequest):
    """The lead was given up."""

    command: Literal["discard"]

    def step(self, item: LeadImport, lead_id: UUID, caller: Caller) -> Step:
        """As a command."""
        at = Commands.moment(self.effective_at, caller)
        return DiscardLead(lead_id, self.reason, self.reason_text, at, item.waived_rules)


AnyStep = Annotated[
    CaptureStep | ClassifyStep | AssignStep | QualifyStep | ConvertStep | DiscardStep,
    Field(discriminator="command"),
]


class LeadImport(ApiModel):
    """One lead: all of its steps are taken, or none."""

    natural_key: NaturalKey = Field(examples=["olist-dac32acd4db4c29c230538b72f8dd87d"])
    waived_rules: frozenset[Annotated[str, Field(pattern=r"^R-\d{2}$")]] = Field(
        frozenset(), examples=[["R-01", "R-02", "R-04"]]
    )
    steps: list[AnyStep] = Field(min_length=1, max_length=100)


class Malformed:
    """An item that does not have the described form: refused without harm to the others."""

    def __init__(self, value: Any, error: ValidationError) -> None:
        key = value.get("natural_key") if isinstance(value, dict) else None
        self.natural_key = str(key or "")
        self.value = value
        self.faults = [
            {**fault, "loc": ("body", *fault["loc"])}
            for fault in error.errors(include_url=False, include_context=False)
        ]

    def refuse(self, work: UnitOfWork) -> NoReturn:
        """The unit of work of the item; the pointers of its refusal start at the item."""
        raise refusal_of_faults(self.faults, self.value)


def _tolerant(value: Any, parse: ValidatorFunctionWrapHandler) -> Any:
    try:
        return parse(value)
    except ValidationError as error:
        return Malformed(value, error)


class LeadBatchRequest(ApiModel):
    """Up to 500 leads."""

    items: list[Annotated[LeadImport, WrapValidator(_tolerant)]] = Field(
        min_length=1, max_length=500
    )
