"""The story as it stands in its file."""

from __future__ import annotations

from importlib import resources
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter


class Part(BaseModel):
    """Base of the parts of the story."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Loss(Part):
    """The stage in which a deal is lost, and the reason's code."""

    at: str
    reason: str


class Deal(Part):
    """The opportunity that a lead becomes: amount in yuan, ``pace`` stretches its days."""

    owner: str
    amount: int
    grade: str = "STANDARD"
    pace: Annotated[float, Field(gt=0)] = 1.0
    returned: str | None = None
    rejected: str | None = None
    lost: Loss | None = None


class Discard(Part):
    """The lead is given up for this reason."""

    reason: str


class Lead(Part):
    """A lead: company in Chinese and English, days before the first play, who brought it."""

    key: str
    company: tuple[str, str]
    need: str
    source: str
    day: int
    by: str
    size: str
    rank: str
    fit: str
    deal: Deal | None = None
    gone: Discard | Literal["NEW", "SCREENING", "QUALIFIED"] | None = None

    @property
    def natural_key(self) -> str:
        """By which it is known again when the story is played twice."""
        return f"demo:{self.key}"

    @property
    def title(self) -> str:
        """What the lead and its opportunity are called."""
        return f"{self.company[0]} {self.need}"


class Story(Part):
    """All leads, oldest first."""

    leads: tuple[Lead, ...]


def story() -> Story:
    """The story that ships with the product."""
    text = resources.files(__package__).joinpath("story.yaml").read_text("utf-8")
    return TypeAdapter(Story).validate_python(yaml.safe_load(text))
