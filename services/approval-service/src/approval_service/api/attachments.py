"""Files that belong to an opinion: by reference only, their content stays where it lies."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from opentas_shared.web.bodies import LARGEST_NUMBER, ApiModel, Whole

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
MOST = 50
"""Attachments of one opinion."""


class Attachment(ApiModel):
    """A file: the hash makes sure that it is still the one that was attached."""

    name: str = Field(min_length=1, max_length=255, examples=["offer.pdf"])
    size: Whole = Field(ge=0, le=LARGEST_NUMBER, description="Bytes.", examples=[482133])
    sha256: Sha256 = Field(
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"]
    )
    location: str = Field(
        min_length=1,
        max_length=2_000,
        description="Where it lies: an address or a path of your storage.",
        examples=["https://files.example/offers/offer.pdf"],
    )

    def as_dict(self) -> dict[str, Any]:
        """What the event keeps."""
        return self.model_dump()


Attachments = Annotated[list[Attachment], Field(max_length=MOST)]
