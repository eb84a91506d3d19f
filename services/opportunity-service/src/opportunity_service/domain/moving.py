"""What an opportunity decides about its stage and its owner; methods of ``Opportunity``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentas_shared.domain.errors import RuleBroken
from opportunity_service.domain import requirements
from opportunity_service.domain.errors import (
    MovingBackNotAllowed,
    WrongDirection,
)
from opportunity_service.domain.missing import refuse
from opportunity_service.domain.states import NONE

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.facts import Facts
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.requirements import Circumstances


def advance(
    self: Opportunity,
    to_stage: str | None,
    circumstances: Circumstances,
    at: Moment,
    waived: frozenset[str] = NONE,
) -> None:
    """Move up, to the next stage by default (R-10, R-12, R-18, R-23)."""
    self.ensure_legal("stage-advancement")
    model, before = circumstances.model, self.facts.stage
    target = model.after(before) if to_stage is None else model.stage(to_stage)
    if target is None:
        raise WrongDirection(f"{before} is the last stage of {model.code}.")
    if target.order <= model.stage(before).order:
        raise WrongDirection(f"{target.code} does not come after {before}.")
    missing = requirements.to_advance(self, target.code, circumstances)
    refuse(f"The move to {target.code}", missing, waived)
    self.record(
        self.StageAdvanced,
        at,
        _in_stage(self.facts, target.code, circumstances).changed(blocking_rules=[]),
        from_stage=before,
        to_stage=target.code,
        skipped=[stage.code for stage in model.passed(before, target.code)[1:]],
    )


def revert(
    self: Opportunity, to_stage: str, reason: str, circumstances: Circumstances, at: Moment
) -> None:
    """Move back to an earlier stage, where the policy allows it (C17)."""
    self.ensure_legal("stage-reversal")
    if not circumstances.policies.moving_back:
        raise MovingBackNotAllowed(
            "Open opportunities do not move back here.", policy="moving_back.open"
        )
    model, before = circumstances.model, self.facts.stage
    target = model.stage(to_stage)
    if target.order >= model.stage(before).order:
        raise WrongDirection(f"{target.code} does not come before {before}.")
    self.record(
        self.StageReverted,
        at,
        _in_stage(self.facts, target.code, circumstances),
        from_stage=before,
        to_stage=target.code,
        reason=reason,
    )


def change_owner(
    self: Opportunity,
    owner_id: str,
    reason: str,
    circumstances: Circumstances,
    at: Moment,
    waived: frozenset[str] = NONE,
) -> None:
    """Hand it to another owner, who must be entitled to its amount grade (R-10)."""
    self.ensure_legal("owner-change")
    if owner_id == self.facts.owner_id:
        return
    facts = self.facts.changed(owner_id=owner_id)
    broken = requirements.owner_entitled(
        owner_id, facts.amount_grade, circumstances.owner_posts, circumstances.policies
    )
    if broken and "R-10" not in waived:
        raise RuleBroken(broken[0].detail, rule="R-10")
    self.record(
        self.OwnerChanged,
        at,
        facts.changed(blocking_rules=[]),
        previous_owner_id=self.facts.owner_id,
        reason=reason,
    )


def _in_stage(facts: Facts, stage: str, circumstances: Circumstances) -> Facts:
    return facts.changed(stage=stage).with_probability(
        circumstances.model.stage(stage).win_probability,
        facts.manual_win_probability,
        circumstances.policies.grading,
    )
