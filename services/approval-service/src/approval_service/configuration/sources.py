"""Who approves, as a flow file says it: one key names the kind of source."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from approval_service.configuration.files import LONGEST_EXPRESSION, Entry
from approval_service.domain.flows.nodes import Approvers
from approval_service.domain.flows.policies import ApproverKind

KEYS: dict[str, ApproverKind] = {
    "user": ApproverKind.USER,
    "role": ApproverKind.ROLE,
    "department": ApproverKind.DEPARTMENT,
    "head_of": ApproverKind.HEAD_OF_DEPARTMENT,
    "chain_of_heads": ApproverKind.CHAIN_OF_HEADS,
    "submitter": ApproverKind.SUBMITTER,
    "submitter_choice": ApproverKind.SUBMITTER_CHOICE,
    "approver_choice": ApproverKind.APPROVER_CHOICE,
    "form_field": ApproverKind.FORM_FIELD,
    "expression": ApproverKind.EXPRESSION,
}
"""The keys of which an entry has exactly one."""
MOST_SOURCES = 50


class ApproverEntry(Entry):
    """One source of approvers: exactly one kind, with what belongs to it."""

    user: str | None = Field(None, description="The person with this id.")
    role: str | None = Field(None, description="Holders of this role or post.")
    department: str | None = Field(None, description="Members of this department.")
    head_of: str | None = Field(
        None, description="Head of the department of `submitter` or `owner`, or of this one."
    )
    chain_of_heads: Literal["submitter", "owner"] | None = Field(
        None, description="The heads above this person, the nearest first."
    )
    submitter: Literal[True] | None = None
    submitter_choice: Literal[True] | None = Field(
        None, description="Whom the form's `chosen_approvers` name for the node."
    )
    approver_choice: Literal[True] | None = Field(
        None, description="Whom the last approver named as next, at first the form's `next`."
    )
    form_field: str | None = Field(None, description="The ids in this field of the form.")
    expression: str | None = Field(
        None, max_length=LONGEST_EXPRESSION, description="CEL that gives an id or a list of ids."
    )
    nearest: bool = Field(
        False, description="With `role`: only the holders in the closest department upwards."
    )
    levels: int | None = Field(None, ge=1, le=20, description="With `chain_of_heads`: how many.")
    downwards: bool = Field(False, description="With `chain_of_heads`: from the top.")

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        given = [key for key in KEYS if getattr(self, key) is not None]
        if len(given) != 1:
            raise ValueError(f"an approver is exactly one of {', '.join(KEYS)}")
        if self.nearest and self.role is None:
            raise ValueError("nearest goes with role only")
        if (self.levels is not None or self.downwards) and self.chain_of_heads is None:
            raise ValueError("levels and downwards go with chain_of_heads only")
        return self

    def as_approvers(self) -> Approvers:
        """The value of the domain."""
        key = next(key for key in KEYS if getattr(self, key) is not None)
        value = getattr(self, key)
        return Approvers(
            KEYS[key], "" if value is True else value, self.nearest, self.levels, self.downwards
        )

    @classmethod
    def of(cls, source: Approvers) -> ApproverEntry:
        """The entry that gives this value."""
        key = next(key for key, kind in KEYS.items() if kind is source.kind)
        return cls.model_validate(
            {
                key: source.value or True,
                "nearest": source.nearest,
                "levels": source.levels,
                "downwards": source.downwards,
            }
        )
