"""What the API answers about what can be done now."""

from __future__ import annotations

from pydantic import BaseModel, Field

from opentas_shared.web.allowed import AllowedCommand, Reason


class Target(BaseModel):
    """One stage, flow or reason that a command can be given."""

    value: str
    label: str
    label_zh: str
    allowed: bool
    reasons: list[Reason]


class OpportunityCommand(AllowedCommand):
    """A command; ``targets`` are the values of its main field and what speaks against each."""

    target_field: str | None = None
    targets: list[Target] = Field(default_factory=list)


class OpportunityCommands(BaseModel):
    """Every command, allowed or not."""

    items: list[OpportunityCommand]
