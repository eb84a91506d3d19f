"""What the bodies of requests are made of in every service."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
UserId = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=128)]
LongText = Annotated[str, StringConstraints(max_length=20_000)]
NaturalKey = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""The id of a thing in another system."""
RuleId = Annotated[str, StringConstraints(pattern=r"^[A-Z]{1,3}-\d{1,4}$")]
Instant = Annotated[AwareDatetime, Field(ge=datetime(1900, 1, 1, tzinfo=UTC))]
Whole = Annotated[int, Field(strict=True)]
"""A whole number: `true` and `"12"` are none."""
Flag = Annotated[bool, Field(strict=True)]
"""`true` or `false`: `"no"` and 1 are neither."""
LARGEST_NUMBER = 2**53 - 1
"""Beyond it JSON numbers are not exact everywhere."""
DEEPEST = 20
"""Levels of lists and objects in a form."""


def _carried_everywhere(content: Any, level: int = 0) -> Any:
    """Refuse numbers and depths that not every reader of an event could take."""
    if level > DEEPEST:
        raise ValueError(f"at most {DEEPEST} levels")
    if isinstance(content, dict | list):
        for value in content.values() if isinstance(content, dict) else content:
            _carried_everywhere(value, level + 1)
    elif isinstance(content, int | float) and not abs(content) <= LARGEST_NUMBER:
        raise ValueError(f"numbers between -{LARGEST_NUMBER} and {LARGEST_NUMBER}")
    return content


FormContent = Annotated[dict[str, Any], Field(max_length=100), AfterValidator(_carried_everywhere)]
"""What was filled into the form of a flow."""


class ApiModel(BaseModel):
    """Base of request models: an unknown field is a fault, not ignored."""

    model_config = ConfigDict(extra="forbid")


class Timed(ApiModel):
    """A command that an importer may date back."""

    effective_at: Instant | None = Field(
        None,
        description="When it happened in the business; only importers may set it.",
        examples=["2026-03-01T09:00:00+08:00"],
    )
