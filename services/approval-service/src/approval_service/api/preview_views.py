"""What the API takes and answers on previews."""

from __future__ import annotations

from uuid import UUID

from pydantic import BaseModel, Field

from opentas_shared.web.bodies import ApiModel, FormContent, UserId


class PreviewRequest(ApiModel):
    """A request that you think of; at most one of `draft_id` and `definition_version`."""

    facts: FormContent = Field(
        default_factory=dict,
        description="Of the subject; what is left out is not known.",
        examples=[{"base_amount_minor": 150000000, "amount_grade": "A"}],
    )
    form: FormContent = Field(default_factory=dict)
    submitter_id: UserId | None = Field(None, description="Null: you.")
    subject_id: str = Field("", max_length=128)
    definition_version: int | None = Field(None, description="Null: the one in force.")
    draft_id: UUID | None = None


class PreviewPerson(BaseModel):
    """Somebody who is asked at a node, or who gets a copy."""

    person_id: str = Field(examples=["zhao.min"])
    role: str = Field(description="For which role or post; empty for none.")
    principal_id: str | None = Field(description="In whose place, by a delegation.")
    reason_code: str | None = Field(description="Why a machine agrees for them.")


class ParallelBranch(BaseModel):
    """A branch of a parallel node."""

    node: str
    branch: str


class PreviewStep(BaseModel):
    """One node on the way."""

    node: str = Field(examples=["sales_director"])
    name: str
    name_zh: str
    kind: str = Field(examples=["APPROVAL"])
    mode: str | None = Field(description="How the decisions of its people make the node's.")
    status: str = Field(description="ACTIVE: people are asked; SKIPPED or PASSED: by machine.")
    branch: str | None = Field(description="The branch that a choice takes.")
    within: list[ParallelBranch] = Field(description="Parallel branches around it.")
    people: list[PreviewPerson]
    reason_code: str
    reason: str


class PreviewRefusal(BaseModel):
    """Why the request would not start, whatever the way."""

    code: str = Field(examples=["FORM_INCOMPLETE"])
    reason: str
    missing: list[str] = Field(description="Fields of the form.")


class PreviewView(BaseModel):
    """The way when everybody agrees, in its order."""

    flow: str
    definition_version: int
    outcome: str | None = Field(examples=["APPROVED"])
    stopped: str | None = Field(description="Why it could not go on.")
    refusal: PreviewRefusal | None
    steps: list[PreviewStep]
