"""What an import sends: approvals with the steps of their history."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from approval_service.api.requests import Words
from opentas_shared.web.batch import LARGEST_BATCH
from opentas_shared.web.bodies import (
    ApiModel,
    Code,
    FormContent,
    Instant,
    NaturalKey,
    RuleId,
    UserId,
)

Role = Annotated[str, StringConstraints(max_length=64)]


class NamedBody(ApiModel):
    """A person, known to the directory or not, in a role."""

    person_id: UserId
    role: Role = ""


class StepBody(ApiModel):
    """One step; which of the other fields it needs depends on ``step``."""

    step: Literal["SUBMIT", "APPROVE", "REJECT", "RECALL", "COMMENT", "REVERSE"] = Field(
        description="`SUBMIT` is the submission or a resubmission, `RECALL` the submitter's way "
        "to take a running approval back, `REVERSE` takes an approved one back."
    )
    effective_at: Instant
    by: NamedBody | None = Field(
        None, description="Who did it: APPROVE, REJECT, REVERSE; COMMENT without it: the submitter."
    )
    next: NamedBody | None = Field(
        None, description="Who is asked then: SUBMIT, APPROVE; an APPROVE without it is final."
    )
    comment: Words = ""

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.step in ("APPROVE", "REJECT", "REVERSE") and self.by is None:
            raise ValueError(f"{self.step} needs by")
        if self.step == "SUBMIT" and self.next is None:
            raise ValueError("SUBMIT needs next")
        if self.step not in ("SUBMIT", "APPROVE") and self.next is not None:
            raise ValueError(f"{self.step} takes no next")
        return self


class HistoryBody(ApiModel):
    """The history of one approval, all of it or nothing.

    Its flow must be one in which each approver names who is asked next.
    """

    natural_key: NaturalKey
    flow: Code
    subject_id: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    submitter_id: UserId
    facts: FormContent = Field(default_factory=dict)
    steps: list[StepBody] = Field(min_length=1, max_length=200)
    waived_rules: list[RuleId] = Field(default_factory=list, max_length=50)


class HistoriesRequest(ApiModel):
    """Up to 500 approvals."""

    items: list[HistoryBody] = Field(min_length=1, max_length=LARGEST_BATCH)
