"""What callers send about leads."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field, StringConstraints

from lead_service.domain.facts import LeadFacts, LeadOrigin
from opentas_shared.web.bodies import ApiModel, Code, LongText, NaturalKey, Timed, UserId

Title = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
BlankOrCode = Annotated[str, StringConstraints(strip_whitespace=True, max_length=64)]


class LeadFactsFields(ApiModel):
    """The facts of a lead, the title apart."""

    description: LongText | None = None
    customer_id: UUID | None = None
    contact_id: UUID | None = None
    scale: Code | None = Field(None, examples=["LARGE"])
    customer_importance: Code | None = Field(None, examples=["IMPORTANT"])
    expected_start: date | None = Field(None, examples=["2027-02-01"])
    solution_fit: Code | None = Field(None, examples=["HIGH"])


class LeadFactsWithTitle(LeadFactsFields):
    """The facts of a lead to be captured."""

    title: Title = Field(examples=["MES for the Suzhou plant"])

    def facts(self) -> LeadFacts:
        """As the domain knows them."""
        return LeadFacts(
            title=self.title,
            description=self.description,
            customer_id=self.customer_id,
            contact_id=self.contact_id,
            scale=self.scale,
            customer_importance=self.customer_importance,
            expected_start=self.expected_start,
            solution_fit=self.solution_fit,
        )


class LeadCaptureRequest(LeadFactsWithTitle, Timed):
    """A new lead. ``natural_key`` is its id in another system: one key, one lead."""

    source: BlankOrCode = Field(
        "", examples=["WEBSITE"], description="A configured lead source, or blank."
    )
    generation_mode: Code | None = Field(
        None, examples=["PASSIVE"], description="Default: the mode of the source."
    )
    natural_key: NaturalKey | None = Field(None, examples=["crm-4711"])
    owner_id: UserId | None = Field(None, description="Default: the caller.")

    def origin(self) -> LeadOrigin:
        """As the domain knows it."""
        return LeadOrigin(self.source, self.generation_mode, self.natural_key)


class LeadChangeRequest(LeadFactsFields, Timed):
    """Facts to add or correct: what is not sent stays, null takes a fact away."""

    title: Title | None = Field(None, examples=["MES for two plants"])

    def changes(self) -> dict[str, Any]:
        """The facts that were sent."""
        sent = self.model_dump(exclude_unset=True, exclude={"effective_at"})
        if sent.get("title", "") is None:
            del sent["title"]
        return sent


class ClassificationRequest(Timed):
    """Without ``classification`` the policy decides; with one, it must agree or get a reason."""

    classification: Code | None = Field(None, examples=["GENERAL_WARM"])
    reason: Words | None = Field(None, examples=["Board decision expected in May"])


class AssignmentRequest(Timed):
    """The new owner."""

    owner_id: UserId = Field(examples=["chen.jing"])
    reason: Words | None = None


class QualificationRequest(Timed):
    """The creation criteria that are met."""

    criteria: list[Code] = Field(
        max_length=50,
        examples=[
            [
                "NEED_CONFIRMED",
                "BUDGET_CONFIRMED",
                "DECISION_MAKER_IDENTIFIED",
                "TIMELINE_CONFIRMED",
                "SOLUTION_FIT",
            ]
        ],
    )
    note: Words | None = None


class DiscardRequest(Timed):
    """A configured reason, and words to it."""

    reason: Code = Field(examples=["NO_BUDGET"])
    reason_text: Words | None = None
