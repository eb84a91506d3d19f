"""Stage models, reasons, grades and flows, with labels, for frontends to draw from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentas_shared.web.reference import Choice, choices, reference_router
from opportunity_service.api.allowed import GRADES
from opportunity_service.configuration.configured import configured

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opportunity_service.domain.stage_model import Reason

STATUSES = {
    "OPEN": ("Open", "进行中"),
    "WON": ("Won", "赢单"),
    "LOST": ("Lost", "输单"),
    "VOID": ("Invalid", "无效"),
}
APPROVAL_STATUSES = {
    "REQUESTED": ("Requested", "已申请"),
    "RUNNING": ("Running", "审批中"),
    "RETURNED": ("Returned", "已退回"),
    "NOT_STARTED": ("Not started", "未能启动"),
    "APPROVED": ("Approved", "已批准"),
    "STALE": ("To be approved again", "需重新审批"),
    "REJECTED": ("Rejected", "已拒绝"),
    "REVOKED": ("Revoked by its submitter", "已撤销"),
    "TERMINATED": ("Terminated", "已终止"),
    "REVERSED": ("Taken back after approval", "通过后撤销"),
}
QUESTIONS = {
    "is_it_an_opportunity": ("Is it an opportunity?", "这是一个机会吗"),
    "are_we_competitive": ("Are we competitive?", "我们有竞争力吗"),
    "can_we_win": ("Can we win?", "我们能赢吗"),
}
PROBABILITY_GRADES = {
    "HIGH": ("High", "高概率"),
    "MEDIUM": ("Medium", "中概率"),
    "LOW": ("Low", "低概率"),
}


def reason_choices(reasons: Iterable[Reason]) -> list[Choice]:
    """Reasons as choices, in their order."""
    return [
        Choice(
            code=reason.code,
            label=reason.label.en,
            label_zh=reason.label.zh,
            attributes={"needs_text": reason.needs_text},
        )
        for reason in reasons
    ]


def _amount_grades() -> list[Choice]:
    policies = configured().policies
    return [
        Choice(
            code=threshold.grade,
            label=f"Grade {threshold.grade}",
            label_zh=f"{threshold.grade}级",
            attributes={
                "base_amount_minor_above": threshold.above,
                "base_amount_minor_at_least": threshold.at_least,
                "owner_posts": sorted(policies.ownership.posts_for(threshold.grade)),
            },
        )
        for threshold in policies.grading.amount
    ]


def _probability_grades() -> list[Choice]:
    return [
        Choice(
            code=threshold.grade,
            label=PROBABILITY_GRADES.get(threshold.grade, (threshold.grade, ""))[0],
            label_zh=PROBABILITY_GRADES.get(threshold.grade, ("", threshold.grade))[1],
            attributes={"above": threshold.above, "at_least": threshold.at_least},
        )
        for threshold in configured().policies.grading.probability
    ]


def _flows() -> list[Choice]:
    return [
        Choice(
            code=flow.flow,
            label=flow.label.en,
            label_zh=flow.label.zh,
            attributes={
                "rule": flow.rule,
                "answers": list(flow.answers),
                "approved": [item.flow for item in flow.approved],
                "rules": {item.flow: item.rule for item in flow.approved},
                "after_win": flow.after_win,
                "also_after_win": flow.also_after_win,
                "repeatable": flow.repeatable,
                "effect": flow.effect,
            },
        )
        for flow in configured().policies.flows.values()
    ]


router = reference_router(
    "opportunity-service",
    {
        "opportunity-statuses": choices(STATUSES),
        "approval-statuses": choices(APPROVAL_STATUSES),
        "go-no-go-questions": choices(QUESTIONS),
        "strategic-grades": choices({code: (en, zh) for code, (zh, en) in GRADES.items()}),
        "amount-grades": _amount_grades,
        "probability-grades": _probability_grades,
        "loss-reasons": lambda: reason_choices(configured().policies.loss_reasons),
        "void-reasons": lambda: reason_choices(configured().policies.void_reasons),
        "approval-flows": _flows,
    },
)
