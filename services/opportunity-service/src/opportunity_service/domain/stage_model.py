"""Stage models: the stages of a sales process and what each of them asks for (R-23, R-26)."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from opportunity_service.domain.errors import UnknownStage

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Label:
    """A name in both languages of the product."""

    zh: str
    en: str


@dataclass(frozen=True)
class Reason:
    """One entry of a list of reasons; with ``needs_text`` a free text must say more."""

    code: str
    label: Label
    needs_text: bool = False


@dataclass(frozen=True)
class RequiredApproval:
    """A flow that must have been approved, and the rule that says so."""

    flow: str
    rule: str = "R-23"


@dataclass(frozen=True)
class Requirements:
    """Fields that must be filled and flows that must be approved."""

    fields: tuple[str, ...] = ()
    approvals: tuple[RequiredApproval, ...] = ()


@dataclass(frozen=True)
class Stage:
    """One stage. ``requirements`` must be met before an opportunity moves on from it.

    ``win_probability`` and ``expected_conversion`` are per cent and independent of each other,
    ``planned_days`` are calendar days; what the sources do not give is null, never zero (§14.4).
    """

    code: str
    order: int
    label: Label
    win_probability: int | None = None
    expected_conversion: int | None = None
    planned_days: int | None = None
    participants: tuple[str, ...] = ()
    requirements: Requirements = Requirements()
    key_result: Label | None = None

    def numbers(self) -> dict[str, str | int | None]:
        """What reports need to know of the stage, in primitive form for events."""
        return {
            "code": self.code,
            "order": self.order,
            "win_probability": self.win_probability,
            "expected_conversion": self.expected_conversion,
            "planned_days": self.planned_days,
        }


@dataclass(frozen=True)
class StageModel:
    """One version of a stage model; an opportunity keeps the version that it started with."""

    code: str
    version: int
    label: Label
    stages: tuple[Stage, ...]
    win_requires: Requirements = Requirements()
    flows_from: Mapping[str, str] = field(default_factory=dict)
    """The first stage in which a flow may be requested; any stage for a flow that is not here."""
    loss_reasons: tuple[Reason, ...] | None = None
    """Own loss reasons instead of the configured ones."""

    @cached_property
    def _by_code(self) -> dict[str, Stage]:
        return {stage.code: stage for stage in self.stages}

    @property
    def first(self) -> Stage:
        """Where every opportunity of this model starts."""
        return self.stages[0]

    def stage(self, code: str) -> Stage:
        """The stage with this code. Raises ``UnknownStage`` (422)."""
        found = self._by_code.get(code)
        if found is None:
            raise UnknownStage(code, self.code, [stage.code for stage in self.stages])
        return found

    def after(self, code: str) -> Stage | None:
        """The next stage, or ``None`` after the last."""
        order = self.stage(code).order
        return next((stage for stage in self.stages if stage.order > order), None)

    def before(self, code: str) -> tuple[Stage, ...]:
        """The stages below this one, lowest first."""
        order = self.stage(code).order
        return tuple(stage for stage in self.stages if stage.order < order)

    def passed(self, current: str, target: str) -> tuple[Stage, ...]:
        """The stages left behind by a move up from ``current`` to ``target``."""
        low, high = self.stage(current).order, self.stage(target).order
        return tuple(stage for stage in self.stages if low <= stage.order < high)
