"""The settings of opportunity-service, from the environment (``OPENTAS_...``)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import field_validator
from pydantic_settings import NoDecode

from opentas_shared.runtime.settings import SharedSettings


class OpportunitySettings(SharedSettings):
    """What only opportunity-service reads."""

    opportunity_stage_models: Path | None = None
    """A folder of stage model files, besides the shipped ones."""
    opportunity_default_stage_model: str = "SM-TAS"
    opportunity_policies: Path | None = None
    """A policies file instead of the shipped one."""
    opportunity_opener_roles: Annotated[tuple[str, ...], NoDecode] = ("importer",)
    """Roles that may open an opportunity without a lead, comma-separated (domain.md §14.17)."""

    @field_validator("opportunity_opener_roles", mode="before")
    @classmethod
    def _roles(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value
