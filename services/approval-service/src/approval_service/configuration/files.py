"""What all configuration files are made of; a file that does not fit stops the start."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

LONGEST_EXPRESSION = 2_000
"""Characters of a CEL expression."""
CODE = r"^[a-z][a-z0-9_-]{0,63}$"


class Entry(BaseModel):
    """A part of a file: nothing besides its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Labels(Entry):
    """The names of a code for people."""

    zh: str
    en: str


class Role(Entry):
    """One entry of ``roles.yaml``."""

    code: str = Field(pattern=CODE)
    labels: Labels
