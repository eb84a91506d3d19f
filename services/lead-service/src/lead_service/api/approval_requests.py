"""What callers send to ask for TAS 1-1, 1-2 and 1-3."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Body
from pydantic import Field

from lead_service.api.conversion_requests import OpeningFields
from lead_service.api.customer_requests import Line, Name
from lead_service.api.lead_requests import Words
from opentas_shared.web.bodies import ApiModel, Timed


class CreationForm(OpeningFields):
    """The opportunity that the approval opens, and why it should."""

    reason: Words | None = Field(None, examples=["Budget is released for the second quarter"])


class CreationRequest(Timed):
    """Ask for TAS 1-1; what the form leaves out is filled in as a conversion would."""

    flow: Literal["tas_1_1_create_opportunity"]
    form: CreationForm = Field(default_factory=CreationForm)


class AssessmentForm(ApiModel):
    """Why, and where the evidence lies."""

    reason: Words | None = None
    evidence: list[Line] = Field(
        default_factory=list,
        max_length=50,
        examples=[["https://archive.example/licences/91320594MA1K4R2D0A.pdf"]],
    )


class AssessmentRequest(Timed):
    """Ask for TAS 1-2: are the core fields true?"""

    flow: Literal["tas_1_2_customer_info_assessment"]
    form: AssessmentForm = Field(default_factory=AssessmentForm)

    def content(self) -> dict[str, Any]:
        """What was filled in."""
        return self.form.model_dump(exclude_defaults=True)


class CoreFieldChanges(ApiModel):
    """New values of core fields; what is not sent stays, null takes a value away.

    Which of them are core fields is configured: the reference list `customer-core-fields` says.
    """

    name: Name | None = Field(None, examples=["Huaxin Machinery Group"])
    website: Line | None = None
    industry: Line | None = None
    region: Line | None = None
    registration_no: Line | None = None
    legal_address: Line | None = None


class CoreChangeForm(ApiModel):
    """The proposed change, and why."""

    changes: CoreFieldChanges
    reason: Words | None = None


class CoreChangeRequest(Timed):
    """Ask for TAS 1-3: the change is applied when it is approved."""

    flow: Literal["tas_1_3_customer_core_info_change"]
    form: CoreChangeForm

    def changes(self) -> dict[str, Any]:
        """The fields that were sent."""
        return self.form.changes.model_dump(exclude_unset=True)


CustomerApprovalRequest = Annotated[
    AssessmentRequest | CoreChangeRequest, Body(discriminator="flow")
]
