"""What the state machine asks of the world: does a node apply, and who approves there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from approval_service.domain.flows.definition import Node


@dataclass(frozen=True)
class Verdict:
    """Whether a node applies to the facts, with the reason that history will show."""

    applies: bool
    reason_code: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Resolution:
    """The approvers of a node at this moment and where they come from; empty: nobody at all."""

    approvers: tuple[str, ...]
    reason_code: str = ""
    reason: str = ""


class Routing(Protocol):
    """Conditions and approvers, resolved when a node starts and recorded then."""

    def applies(self, node: Node, facts: Mapping[str, Any]) -> Verdict:
        """Whether the node is to be asked."""

    def approvers(self, node: Node, submitter_id: str, facts: Mapping[str, Any]) -> Resolution:
        """Who is to be asked."""


@dataclass(frozen=True)
class Actor:
    """Who acts: ``person``, for ``on_behalf_of`` where that is set, for the given ``reason``."""

    person: str
    on_behalf_of: str | None = None
    reason: str | None = None
    administrator: bool = False

    @property
    def acting_as(self) -> str:
        """The person whose task or submission it is."""
        return self.on_behalf_of or self.person
