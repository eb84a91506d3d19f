"""Violations of the order of the sales process, found from when things happened (R-24)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    and_,
    any_,
    case,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from metrics_service.read_models.milestones import milestones

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import ColumnElement, Select, Subquery

    from metrics_service.configuration.order_rules import Occurrence, OrderRule
    from metrics_service.reports.question import Question


def violations_as_of(question: Question, rules: Sequence[OrderRule]) -> Subquery:
    """Every breach in the days asked for, of owners and submitters in the data scope.

    ``required_at`` is when that which was needed stood at last: after the fact, or never (null).
    """
    return union_all(*(_broken(question, rule, no) for no, rule in enumerate(rules))).subquery(
        "violations"
    )


def _broken(question: Question, rule: OrderRule, no: int) -> Select[Any]:
    breach = milestones.alias(f"breach_{no}")
    at = breach.c
    late = _late(question, rule.needs, breach, no)
    return (
        select(
            func.concat_ws("/", literal(no), at.event_id).label("id"),
            literal(rule.rule).label("rule"),
            literal(rule.title.en).label("title"),
            literal(rule.title.zh).label("title_zh"),
            case((late.c.at.is_(None), "MISSING"), else_="AFTER_THE_FACT").label("kind"),
            or_(literal(rule.rule) == any_(at.waived_rules), _waived_at_request(rule, at)).label(
                "waived"
            ),
            at.subject_type,
            at.subject_id,
            at.person_id,
            at.kind.label("happened"),
            at.matter.label("happened_to"),
            at.at,
            at.approval_id,
            literal(rule.needs.kind).label("required"),
            literal(rule.needs.matter).label("required_of"),
            late.c.at.label("required_at"),
            late.c.approval_id.label("required_approval_id"),
        )
        .select_from(breach.outerjoin(late, true()))
        .where(
            _is(rule.breach, at),
            at.at < question.as_of,
            question.period(at.at),
            question.visible(at.person_id),
            ~_stood(rule.needs, breach, no),
        )
    )


def _is(occurrence: Occurrence, milestone: Any) -> ColumnElement[bool]:
    return and_(
        milestone.kind == occurrence.kind,
        milestone.matter == occurrence.matter,
        true()
        if occurrence.stage_model is None
        else milestone.stage_model == occurrence.stage_model,
    )


def _stood(needs: Occurrence, breach: Any, no: int) -> ColumnElement[bool]:
    """What was needed had come by then, and had not lapsed since."""
    needed, lapse = milestones.alias(f"needed_{no}"), milestones.alias(f"lapse_{no}")
    lapsed = exists().where(
        lapse.c.approval_id == needed.c.approval_id,
        lapse.c.kind == "LAPSED",
        lapse.c.at > needed.c.at,
        lapse.c.at <= breach.c.at,
    )
    return exists().where(
        needed.c.subject_id == breach.c.subject_id,
        _is(needs, needed.c),
        needed.c.at <= breach.c.at,
        ~lapsed,
    )


def _late(question: Question, needs: Occurrence, breach: Any, no: int) -> Any:
    """The first time after the breach that what was needed came."""
    later = milestones.alias(f"later_{no}")
    return (
        select(later.c.at, later.c.approval_id)
        .where(
            later.c.subject_id == breach.c.subject_id,
            _is(needs, later.c),
            later.c.at > breach.c.at,
            later.c.at < question.as_of,
        )
        .order_by(later.c.at)
        .limit(1)
        .lateral(f"late_{no}")
    )


def _waived_at_request(rule: OrderRule, breach: Any) -> ColumnElement[bool]:
    """The approval was asked for by an import that waived the rule."""
    request = milestones.alias()
    return exists().where(
        request.c.approval_id == breach.approval_id,
        request.c.kind == "REQUESTED",
        literal(rule.rule) == any_(request.c.waived_rules),
    )
