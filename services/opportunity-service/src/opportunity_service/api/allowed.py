"""What can be done with an opportunity now, command by command and target by target (C16)."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from opentas_shared.domain.errors import DomainError
from opentas_shared.domain.time import Moment
from opentas_shared.web.allowed import Reason, reasons_of
from opportunity_service.api.command_views import OpportunityCommand, Target
from opportunity_service.domain.grades import StrategicGrade
from opportunity_service.domain.states import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from opentas_shared.web.auth import Caller
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.requirements import Circumstances
    from opportunity_service.domain.stage_model import Label

WRITE = "opportunities:write"
REQUIRED_FIELDS = {
    "stage-reversal": ["to_stage"],
    "amount-revision": ["amount"],
    "probability-revision": ["win_probability"],
    "close-date-revision": ["expected_close_date"],
    "owner-change": ["owner_id"],
    "strategic-grading": ["strategic_grade"],
    "approval-requests": ["flow"],
    "partner-led-change": ["partner_led"],
    "loss": ["reason"],
    "void": ["reason"],
    "contract-signature": ["contract_no", "signed_on"],
}
TARGET_FIELDS = {
    "stage-advancement": "to_stage",
    "stage-reversal": "to_stage",
    "approval-requests": "flow",
    "strategic-grading": "strategic_grade",
    "loss": "reason",
    "void": "reason",
}
GRADES = {
    StrategicGrade.STRATEGIC: ("战略级", "Strategic"),
    StrategicGrade.KEY: ("重点级", "Key"),
    StrategicGrade.STANDARD: ("一般级", "Standard"),
}


def allowed(
    opportunity: Opportunity, circumstances: Circumstances, caller: Caller
) -> list[OpportunityCommand]:
    """Every command with what speaks against it, as the commands themselves would say."""
    common = []
    if WRITE not in caller.scopes:
        common.append(Reason(rule=f"scope:{WRITE}", detail=f"Your token lacks the scope {WRITE}."))
    path = f"/v1/opportunities/{opportunity.id}"
    found = []
    for command in COMMANDS:
        targets = [*_targets(command, opportunity, circumstances)]
        reasons = common + _against(command, opportunity, circumstances)
        if targets and not reasons and not any(target.allowed for target in targets):
            reasons = targets[0].reasons
        if reasons:
            targets = [_closed(target, reasons) for target in targets]
        changes = command == "change"
        found.append(
            OpportunityCommand(
                command=command,
                allowed=not reasons,
                reasons=reasons,
                required_fields=REQUIRED_FIELDS.get(command, []),
                method="PATCH" if changes else "POST",
                path=path if changes else f"{path}/{command}",
                target_field=TARGET_FIELDS.get(command),
                targets=targets,
            )
        )
    return found


def _closed(target: Target, reasons: list[Reason]) -> Target:
    if not target.allowed:
        return target
    return target.model_copy(update={"allowed": False, "reasons": reasons})


def _against(command: str, opportunity: Opportunity, circumstances: Circumstances) -> list[Reason]:
    now = Moment.now()
    stage = opportunity.facts.stage
    lower = [*circumstances.model.before(stage)]
    trials: dict[str, Callable[[Opportunity], object]] = {
        "stage-advancement": lambda it: it.advance(None, circumstances, now),
        "stage-reversal": lambda it: it.revert(
            lower[-1].code if lower else stage, "", circumstances, now
        ),
        "win": lambda it: it.win(circumstances, now),
        "contract-signature": lambda it: it.sign_contract(
            "-", now.instant.date().isoformat(), circumstances, now
        ),
    }
    return _refusals(trials.get(command, lambda it: it.ensure_legal(command)), opportunity)


def _refusals(trial: Callable[[Opportunity], Any], opportunity: Opportunity) -> list[Reason]:
    try:
        trial(deepcopy(opportunity))
    except DomainError as error:
        return reasons_of(error)
    return []


def _targets(
    command: str, opportunity: Opportunity, circumstances: Circumstances
) -> Iterable[Target]:
    now = Moment.now()
    model, policies = circumstances.model, circumstances.policies
    current = model.stage(opportunity.facts.stage)
    match command:
        case "stage-advancement":
            for stage in model.stages:
                if stage.order > current.order:
                    yield _target(
                        stage.code,
                        stage.label,
                        lambda it, to=stage.code: it.advance(to, circumstances, now),
                        opportunity,
                    )
        case "stage-reversal":
            for stage in model.before(current.code):
                yield _target(
                    stage.code,
                    stage.label,
                    lambda it, to=stage.code: it.revert(to, "", circumstances, now),
                    opportunity,
                )
        case "approval-requests":
            for flow in policies.flows.values():
                yield _target(
                    flow.flow,
                    flow.label,
                    lambda it, to=flow.flow: it.ensure_requestable(to, circumstances, now),
                    opportunity,
                )
        case "strategic-grading":
            for grade, (chinese, english) in GRADES.items():
                yield Target(value=grade, label=english, label_zh=chinese, allowed=True, reasons=[])
        case "loss" | "void":
            own = model.loss_reasons if model.loss_reasons is not None else policies.loss_reasons
            for reason in own if command == "loss" else policies.void_reasons:
                yield Target(
                    value=reason.code,
                    label=reason.label.en,
                    label_zh=reason.label.zh,
                    allowed=True,
                    reasons=[],
                )


def _target(
    value: str, label: Label, trial: Callable[..., Any], opportunity: Opportunity
) -> Target:
    reasons = _refusals(trial, opportunity)
    return Target(
        value=value, label=label.en, label_zh=label.zh, allowed=not reasons, reasons=reasons
    )
