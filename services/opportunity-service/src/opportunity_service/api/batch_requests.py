"""What an import sends: opportunities with the steps of their history."""

from __future__ import annotations

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from opentas_shared.web.batch import LARGEST_BATCH
from opentas_shared.web.bodies import ApiModel, Code, Instant, NaturalKey, RuleId, UserId
from opportunity_service.api.opening_fields import AmountBody, Note, OpeningFields


class OpenStepBody(OpeningFields):
    """The opening of an imported opportunity."""

    step: Literal["OPEN"]
    effective_at: Instant
    owner_id: UserId


class ChangeStepBody(ApiModel):
    """A later step; which of the other fields it needs depends on ``step``."""

    step: Literal["ADVANCE", "REVERT", "REVISE_AMOUNT", "CHANGE_OWNER", "WIN", "LOSE", "VOID"]
    effective_at: Instant
    to_stage: Code | None = Field(None, description="ADVANCE, REVERT.")
    amount: AmountBody | None = Field(None, description="REVISE_AMOUNT.")
    owner_id: UserId | None = Field(None, description="CHANGE_OWNER.")
    reason: str = Field("", max_length=2000, description="LOSE, VOID: a code; else a text.")
    reason_text: Note = Field("", description="LOSE, VOID.")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.step in ("ADVANCE", "REVERT") and self.to_stage is None:
            raise ValueError(f"{self.step} needs to_stage")
        if self.step == "CHANGE_OWNER" and self.owner_id is None:
            raise ValueError(f"{self.step} needs owner_id")
        if self.step in ("LOSE", "VOID") and not self.reason:
            raise ValueError(f"{self.step} needs reason")
        return self


class BatchItemBody(ApiModel):
    """The history of one opportunity, all of it or nothing.

    ``natural_key`` names one that a step OPEN may open, ``opportunity_id`` one that exists.
    """

    natural_key: NaturalKey | None = None
    opportunity_id: UUID | None = None
    steps: list[Annotated[OpenStepBody | ChangeStepBody, Field(discriminator="step")]] = Field(
        min_length=1, max_length=200
    )
    waived_rules: list[RuleId] = Field(default_factory=list, max_length=50)

    @model_validator(mode="after")
    def _one_name(self) -> Self:
        if (self.natural_key is None) == (self.opportunity_id is None):
            raise ValueError("name it by either natural_key or opportunity_id")
        return self

    @property
    def key(self) -> str:
        """What its result is known by."""
        return self.natural_key or str(self.opportunity_id)


class BatchRequest(ApiModel):
    """Up to 500 opportunities."""

    items: list[BatchItemBody] = Field(min_length=1, max_length=LARGEST_BATCH)
