"""``GET .../allowed-commands``: what a caller can do with a thing now, and why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field

from opentas_shared.domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence


class Reason(BaseModel):
    """Why a command is not allowed: a rule, policy or code, and a sentence."""

    rule: str = Field(examples=["R-02"])
    detail: str


class AllowedCommand(BaseModel):
    """One command of a thing, so that a frontend draws its buttons from it."""

    command: str = Field(examples=["qualification"])
    allowed: bool
    reasons: list[Reason] = Field(default_factory=list)
    required_fields: list[str] = Field(default_factory=list)
    method: Literal["POST", "PUT", "PATCH", "DELETE"] = "POST"
    path: str = Field(examples=["/v1/leads/0193.../qualification"])


class AllowedCommands(BaseModel):
    """Every command of a thing, allowed or not."""

    items: list[AllowedCommand]


def reasons_of(error: DomainError) -> list[Reason]:
    """The reasons in a refusal: each violation's rule, else its own rule, policy or code."""
    own = error.members.get("rule") or error.members.get("policy") or error.code
    if not error.violations:
        return [Reason(rule=str(own), detail=error.detail)]
    return [Reason(rule=v.rule or str(own), detail=v.detail) for v in error.violations]


def attempt(
    command: str,
    path: str,
    check: Callable[[], object],
    *,
    required_fields: Sequence[str] = (),
    method: Literal["POST", "PUT", "PATCH", "DELETE"] = "POST",
) -> AllowedCommand:
    """Whether ``check`` passes: it raises the refusals that the command itself would raise."""
    reasons: list[Reason] = []
    try:
        check()
    except DomainError as error:
        reasons = reasons_of(error)
    return AllowedCommand(
        command=command,
        allowed=not reasons,
        reasons=reasons,
        required_fields=list(required_fields),
        method=method,
        path=path,
    )


def allowed_commands(items: Iterable[AllowedCommand]) -> AllowedCommands:
    """The answer, in the order given."""
    return AllowedCommands(items=list(items))
