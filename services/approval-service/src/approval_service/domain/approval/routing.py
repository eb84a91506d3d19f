"""What the state machine asks of the world: conditions, people, deputies and times.

The port knows no policies: what happens to nobody, to the submitter or to somebody who has
agreed already is decided by the machine itself, the same for every routing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from approval_service.domain.flows.nodes import Approvers
    from approval_service.domain.flows.policies import Limit


@dataclass(frozen=True)
class Verdict:
    """Whether a condition holds, with the reason that history will show."""

    applies: bool
    reason_code: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Candidate:
    """Somebody whom a source names; ``role`` is the role or post for which, else empty."""

    person: str
    role: str = ""


@dataclass(frozen=True)
class Resolution:
    """The people that sources name at this moment, in order, each once, and where from."""

    candidates: tuple[Candidate, ...]
    reason_code: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Case:
    """What sources and conditions may look at; ``facts`` hold the ``form`` too.

    ``next`` is whom the last approver named: ``{"role": ...}`` or ``{"people": [...]}``.
    """

    flow: str
    submitter_id: str
    facts: Mapping[str, Any]
    node: str = ""
    next: Mapping[str, Any] | None = None


class Routing(Protocol):
    """Conditions, people and times, resolved when a node starts and recorded then."""

    def applies(self, when: str | None, case: Case) -> Verdict:
        """Whether the condition holds; none always does."""

    def people(self, sources: tuple[Approvers, ...], case: Case) -> Resolution:
        """The active people that the sources name."""

    def administrators(self) -> tuple[str, ...]:
        """The active administrators of the organisation."""

    def superior(self, person: str) -> str | None:
        """The active superior of the person, else the head of department; none on top."""

    def deputy(self, person: str, flow: str, at: datetime) -> str | None:
        """Who is asked instead of the person at this time (长期代理); none: the person."""

    def active(self, person: str) -> bool:
        """Whether the directory knows the person as active."""

    def instants(self, limit: Limit, assignee: str, since: datetime) -> tuple[datetime, ...]:
        """When each of ``limit.remind`` and then the limit itself is reached."""


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
