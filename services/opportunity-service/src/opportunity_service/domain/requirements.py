"""What is missing before an opportunity may do something: each item names its rule."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import TYPE_CHECKING

from opportunity_service.domain.effects.elsewhere import Elsewhere
from opportunity_service.domain.effects.table import EFFECTS
from opportunity_service.domain.go_no_go import answered_yes
from opportunity_service.domain.missing import Missing

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.facts import Facts
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.policies import FlowPolicy, Policies
    from opportunity_service.domain.stage_model import Requirements, StageModel


@dataclass(frozen=True)
class Circumstances:
    """What a decision goes by besides the opportunity itself.

    ``owner_posts`` are the posts of the (new) owner in the organisation's directory, ``zone`` is
    the organisation's, ``elsewhere`` what other opportunities hold.
    """

    model: StageModel
    policies: Policies
    owner_posts: frozenset[str] = frozenset()
    zone: tzinfo = UTC
    elsewhere: Elsewhere = field(default_factory=Elsewhere)


def owner_entitled(
    owner_id: str, amount_grade: str | None, posts: frozenset[str], policies: Policies
) -> list[Missing]:
    """R-10: the owner must have one of the posts configured for the amount grade."""
    allowed = policies.ownership.posts_for(amount_grade)
    if not allowed or allowed & posts:
        return []
    names = ", ".join(sorted(allowed))
    detail = f"The owner {owner_id} of a grade {amount_grade} opportunity must be one of: {names}."
    return [Missing("R-10", "OWNER", "owner_id", detail)]


def broken_rules(facts: Facts, circumstances: Circumstances, waived: frozenset[str]) -> list[str]:
    """The rules that facts as these would break; they block the next move up (§14.20)."""
    missing = owner_entitled(
        facts.owner_id, facts.amount_grade, circumstances.owner_posts, circumstances.policies
    )
    return [item.rule for item in missing if item.rule not in waived]


def _unmet(opportunity: Opportunity, requirements: Requirements, where: str) -> list[Missing]:
    fields = [
        Missing("R-23", "FIELD", name, f"{name} is required {where}.")
        for name in requirements.fields
        if not opportunity.has(name)
    ]
    approvals = [
        Missing(item.rule, "APPROVAL", item.flow, f"{item.flow} must be approved {where}.")
        for item in requirements.approvals
        if opportunity.granted(item.flow) is None
    ]
    return fields + approvals


def to_advance(
    opportunity: Opportunity, target: str, circumstances: Circumstances
) -> list[Missing]:
    """A move up needs a fitting owner (R-10) and what every stage left behind asks for (R-23)."""
    facts = opportunity.facts
    missing = owner_entitled(
        facts.owner_id, facts.amount_grade, circumstances.owner_posts, circumstances.policies
    )
    for stage in circumstances.model.passed(facts.stage, target):
        missing += _unmet(opportunity, stage.requirements, f"to move on from {stage.code}")
    return missing


def to_request(
    opportunity: Opportunity, flow: FlowPolicy, circumstances: Circumstances, at: Moment
) -> list[Missing]:
    """What a flow asks for before its form: answers, other flows, the win, its stage (§6)."""
    missing = [
        Missing(flow.rule, "ANSWER", question, f"{question} must be answered yes.")
        for question in flow.answers
        if not answered_yes(opportunity.answers, question)
    ]
    missing += [
        Missing(item.rule, "APPROVAL", item.flow, f"{item.flow} must be approved first.")
        for item in flow.approved
        if opportunity.granted(item.flow) is None
    ]
    if flow.after_win and opportunity.facts.status != "WON":
        missing.append(Missing(flow.rule, "STATE", "WON", "The opportunity must be won first."))
    start = circumstances.model.flows_from.get(flow.flow)
    if start is not None and opportunity.facts.status == "OPEN":
        model = circumstances.model
        if model.stage(opportunity.facts.stage).order < model.stage(start).order:
            detail = f"The opportunity must have reached {start}."
            missing.append(Missing("R-23", "STAGE", start, detail))
    if flow.effect is not None:
        missing += EFFECTS[flow.effect].needs(opportunity, circumstances, at)
    return missing


def to_win(opportunity: Opportunity, circumstances: Circumstances) -> list[Missing]:
    """What the stage model asks for before a win, e.g. an approved TAS 6-3 (R-18)."""
    return _unmet(opportunity, circumstances.model.win_requires, "before the win")


def to_sign(opportunity: Opportunity, circumstances: Circumstances) -> list[Missing]:
    """R-20: the contract scope must have been approved before the contract is signed."""
    flow = circumstances.policies.signing_requires
    if opportunity.granted(flow) is not None:
        return []
    detail = f"{flow} must be approved before the contract is signed."
    return [Missing("R-20", "APPROVAL", flow, detail)]
