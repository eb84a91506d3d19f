"""The configured tables that decisions about opportunities go by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opportunity_service.domain.grades import GradingPolicy
    from opportunity_service.domain.stage_model import Label, Reason, RequiredApproval


@dataclass(frozen=True)
class OwnershipPolicy:
    """Which posts may own an opportunity of which amount grade (R-10).

    A grade without an entry, or with an empty one, may be owned by anybody.
    """

    posts: Mapping[str, frozenset[str]]

    def posts_for(self, amount_grade: str | None) -> frozenset[str]:
        """The posts of which the owner must have one; empty: anybody."""
        return self.posts.get(amount_grade or "", frozenset())


@dataclass(frozen=True)
class FlowPolicy:
    """When an approval flow may be requested for an opportunity.

    ``answers`` are questions that must have been answered yes; ``rule`` asks for them, and for the
    win that ``after_win`` needs and ``also_after_win`` allows. ``approved`` are flows that must
    have been approved before, each with its rule; ``effect`` is the kind of what its approval
    changes, none for nothing.
    """

    flow: str
    label: Label
    rule: str
    answers: tuple[str, ...] = ()
    approved: tuple[RequiredApproval, ...] = ()
    after_win: bool = False
    also_after_win: bool = False
    repeatable: bool = False
    effect: str | None = None

    @property
    def possible_after_win(self) -> bool:
        """Whether it may be requested, and takes effect, for a won opportunity."""
        return self.after_win or self.also_after_win


@dataclass(frozen=True)
class PresalesPolicy:
    """``low_probability_hours``: what an unlikely opportunity may get (R-29), none for no limit."""

    low_probability_hours: int | None = None


@dataclass(frozen=True)
class Policies:
    """Everything configured that commands decide by, besides the stage models."""

    grading: GradingPolicy
    ownership: OwnershipPolicy
    flows: Mapping[str, FlowPolicy]
    loss_reasons: tuple[Reason, ...]
    void_reasons: tuple[Reason, ...]
    signing_requires: str
    """The flow that must be approved before a contract is signed (R-20)."""
    registration_days: int
    """How long a class E registration holds."""
    presales: PresalesPolicy
    moving_back: bool
    """Whether an open opportunity may go back to an earlier stage (C17)."""
