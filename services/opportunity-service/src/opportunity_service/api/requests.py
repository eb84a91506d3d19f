"""What callers send about opportunities."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from opentas_shared.web.bodies import (
    LARGEST_NUMBER,
    ApiModel,
    Code,
    Flag,
    FormContent,
    LongText,
    NaturalKey,
    Timed,
    UserId,
    Whole,
)
from opportunity_service.api.opening_fields import AmountBody, Name, Note, OpeningFields, Waivable
from opportunity_service.domain.go_no_go import Answers, Question
from opportunity_service.domain.grades import StrategicGrade


class OpeningRequest(OpeningFields, Waivable):
    """A new opportunity without a lead. One ``natural_key``, one opportunity."""

    owner_id: UserId | None = Field(None, description="Default: the caller.")
    natural_key: NaturalKey | None = Field(None, examples=["crm-4711"])


class ChangeRequest(Timed):
    """What is not sent stays."""

    name: Name | None = None
    description: LongText | None = None


class AdvancementRequest(Waivable):
    """A move up."""

    to_stage: Code | None = Field(None, description="Default: the next stage.")


class ReversalRequest(Timed):
    """A move back."""

    to_stage: Code
    reason: Note = ""


class AmountRevisionRequest(Waivable):
    """A new amount; null takes it away."""

    amount: AmountBody | None


class ProbabilityRevisionRequest(Timed):
    """A manual win probability in per cent; null goes back to the stage's default."""

    win_probability: Whole | None = Field(ge=0, le=100)


class CloseDateRevisionRequest(Timed):
    """A new expected close date; null takes it away."""

    expected_close_date: date | None


class OwnerChangeRequest(Waivable):
    """A new owner."""

    owner_id: UserId
    reason: Note = ""


class StrategicGradingRequest(Timed):
    """A strategic grade."""

    strategic_grade: StrategicGrade


class PartnerLedRequest(Timed):
    """Whether a partner leads it (class E)."""

    partner_led: Flag


class AttachmentBody(ApiModel):
    """A reference to a file that is kept elsewhere."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    size: Whole = Field(ge=0, le=LARGEST_NUMBER, description="Bytes.")
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    location: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


class ScopeRevisionRequest(Timed):
    """What is to be delivered."""

    text: LongText = ""
    attachments: list[AttachmentBody] = Field(default_factory=list, max_length=100)


class AnswerBody(ApiModel):
    """An answer; null takes it back."""

    answer: Flag | None
    note: Note = ""


class GoNoGoRequest(Timed):
    """Answers to some of the three questions (domain.md §3)."""

    is_it_an_opportunity: AnswerBody | None = None
    are_we_competitive: AnswerBody | None = None
    can_we_win: AnswerBody | None = None

    @model_validator(mode="after")
    def _not_empty(self) -> Self:
        if not self.answers():
            raise ValueError("answer at least one of the questions")
        return self

    def answers(self) -> Answers:
        """The questions that were answered."""
        bodies = {question.value: getattr(self, question.value) for question in Question}
        return {
            question: body.model_dump() for question, body in bodies.items() if body is not None
        }


class ApprovalRequestBody(Timed):
    """Ask for an approval; ``form`` is what the form of the flow wants to know."""

    flow: Code = Field(examples=["tas_2_1_opportunity_initiation"])
    form: FormContent = Field(default_factory=dict)


class WinRequest(Waivable):
    """Nothing else to say."""


class ReasonRequest(Timed):
    """A reason of the configured list."""

    reason: Code = Field(examples=["PRICE"])
    reason_text: Note = Field("", description="Needed for OTHER.")


class ContractSignatureRequest(Waivable):
    """The written contract (R-30)."""

    contract_no: Annotated[
        str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)
    ] = Field(examples=["HT-2026-0042"])
    signed_on: date = Field(description="The date that is written in the contract.")
