"""What each of the 14 flows asks for before it may be requested, and that no more is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from opentas_shared.domain.errors import IllegalTransition, RequirementsMissing
from opentas_shared.domain.money import Money
from opentas_shared.domain.requested_approvals import ApprovalGranted, ApprovalRunning
from opportunity_service.domain.opening import Opening
from tests.support.opportunity_flows import (
    FLOW_2_1,
    FLOW_2_2,
    FLOW_2_3,
    FLOW_2_4,
    FLOW_2_5,
    FLOW_2_6,
    FLOW_3_1,
    FLOW_3_2,
    FLOW_4_1,
    FLOW_6_1,
    FLOW_6_2,
    FLOW_6_3,
    FLOW_6_4,
    FLOW_7_1,
    FORMS,
)
from tests.unit.opportunity.conftest import POLICIES, Case

if TYPE_CHECKING:
    from collections.abc import Callable

WAIVED = frozenset({"R-10", "R-12", "R-18", "R-23"})
SLOTS = {
    "slots": [
        {
            "person_id": "ma.chao",
            "role": "consultant",
            "from": "2026-12-01T09:00:00+08:00",
            "until": "2026-12-01T11:30:00+08:00",
        }
    ]
}
HOURS = {"entries": [{"person_id": "ma.chao", "day": "2026-01-01", "half_hours": 5}]}
FORMS_HERE = {**FORMS, FLOW_2_5: SLOTS, FLOW_2_6: HOURS}


def opened() -> Case:
    """Nothing has happened to it; a small one of class C."""
    return Case(opening=Opening("MES", "chen.jing", amount=Money(100, "CNY")))


def partner_led() -> Case:
    case = Case(opening=Opening("MES", "chen.jing", partner_led=True))
    yes = {"answer": True, "note": ""}
    case.it.answer({"is_it_an_opportunity": yes, "are_we_competitive": yes}, case.at())
    return case


def initiated() -> Case:
    case = opened()
    case.initiated()
    return case


def provided() -> Case:
    case = initiated()
    case.granted(FLOW_2_3)
    return case


def dispatched() -> Case:
    case = provided()
    case.granted(FLOW_2_5, SLOTS)
    return case


def bidding() -> Case:
    case = initiated()
    case.it.advance("ORGANIZE_BID", case.around, case.at(), WAIVED)
    return case


def reviewed() -> Case:
    case = bidding()
    case.granted(FLOW_6_1)
    case.granted(FLOW_6_2)
    return case


def allowed_to_bid() -> Case:
    case = reviewed()
    case.granted(FLOW_6_3)
    return case


def won() -> Case:
    case = opened()
    case.it.win(case.around, case.at(), WAIVED)
    return case


def class_a() -> Case:
    return Case(opening=Opening("MES", "chen.jing", amount=Money(200_000_000, "CNY")))


def registered() -> Case:
    case = partner_led()
    case.granted(FLOW_2_2)
    return case


@pytest.mark.parametrize(
    ("ready", "flow", "unready", "missing"),
    [
        (registered, FLOW_2_1, partner_led, [("STATE", "R-15")]),
        (partner_led, FLOW_2_2, opened, [("STATE", "R-15")]),
        (initiated, FLOW_2_3, opened, [("APPROVAL", "R-12")]),
        (opened, FLOW_2_4, class_a, [("STATE", "R-14")]),
        (provided, FLOW_2_5, initiated, [("APPROVAL", "R-13"), ("LIMIT", "R-13")]),
        (dispatched, FLOW_2_6, provided, [("APPROVAL", "R-16"), ("FIELD", "R-16")]),
        (opened, FLOW_3_1, None, []),
        (opened, FLOW_3_2, None, []),
        (initiated, FLOW_4_1, opened, [("APPROVAL", "R-12")]),
        (initiated, FLOW_6_1, opened, [("APPROVAL", "R-12")]),
        (initiated, FLOW_6_2, opened, [("APPROVAL", "R-12")]),
        (reviewed, FLOW_6_3, bidding, [("APPROVAL", "R-18"), ("APPROVAL", "R-18")]),
        (
            reviewed,
            FLOW_6_3,
            opened,
            [("APPROVAL", "R-12"), ("APPROVAL", "R-18"), ("APPROVAL", "R-18"), ("STAGE", "R-23")],
        ),
        (allowed_to_bid, FLOW_6_4, reviewed, [("APPROVAL", "R-19")]),
        (won, FLOW_7_1, opened, [("STATE", "R-20")]),
    ],
)
def test_what_a_flow_asks_for(
    ready: Callable[[], Case],
    flow: str,
    unready: Callable[[], Case] | None,
    missing: list[tuple[str, str]],
) -> None:
    case = ready()
    case.requested(flow, FORMS_HERE.get(flow, {}))
    if unready is None:
        return
    case = unready()
    with pytest.raises(RequirementsMissing) as refused:
        case.requested(flow, FORMS_HERE.get(flow, {}))
    items = refused.value.members["missing"]
    assert [(item["kind"], item["rule"]) for item in items] == missing
    assert [violation.rule for violation in refused.value.violations] == [m[1] for m in missing]


def test_the_questions_of_2_1(case: Case) -> None:
    no = {"answer": False, "note": ""}
    yes = {"answer": True, "note": ""}
    case.it.answer({"is_it_an_opportunity": yes, "are_we_competitive": no}, case.at())
    with pytest.raises(RequirementsMissing) as refused:
        case.requested(FLOW_2_1)
    (item,) = refused.value.members["missing"]
    assert (item["name"], item["rule"]) == ("are_we_competitive", "R-11")
    case.it.answer({"are_we_competitive": yes}, case.at())
    case.requested(FLOW_2_1)


@pytest.mark.parametrize("flow", [f for f in POLICIES.flows if f not in (FLOW_7_1, FLOW_2_6)])
def test_after_the_win_only_scope_and_hours(flow: str) -> None:
    case = won()
    with pytest.raises(IllegalTransition):
        case.requested(flow)


def test_hours_are_reported_after_the_win_too() -> None:
    case = dispatched()
    case.it.win(case.around, case.at(), WAIVED)
    case.granted(FLOW_2_6, HOURS)
    assert case.it.facts.presales_half_hours == 5


ONCE = [flow for flow, policy in POLICIES.flows.items() if not policy.repeatable]


def test_which_flows_are_asked_for_once() -> None:
    assert ONCE == [FLOW_2_1, FLOW_6_3, FLOW_7_1]


def test_never_two_of_a_flow_at_once_and_again_where_that_makes_sense() -> None:
    case = initiated()
    first = case.requested(FLOW_6_1)
    with pytest.raises(ApprovalRunning):
        case.requested(FLOW_6_1)
    case.it.record_result(first, "APPROVED", case.around, case.at())
    case.granted(FLOW_6_1)
    with pytest.raises(ApprovalGranted):
        case.requested(FLOW_2_1)


@pytest.mark.parametrize("outcome", ["REJECTED", "REVOKED", "TERMINATED"])
def test_every_other_end_leaves_the_gate_closed(outcome: str) -> None:
    case = opened()
    yes = {"answer": True, "note": ""}
    case.it.answer({"is_it_an_opportunity": yes, "are_we_competitive": yes}, case.at())
    asked = case.requested(FLOW_2_1)
    case.it.record_result(asked, outcome, case.around, case.at())
    with pytest.raises(RequirementsMissing):
        case.requested(FLOW_2_3)
    case.granted(FLOW_2_1)
    case.requested(FLOW_2_3)


def test_a_presales_limit_for_the_unlikely() -> None:
    lines = FORMS[FLOW_2_3]["resources"]
    more: dict[str, Any] = {"resources": [{**lines[0], "hours": 41}]}
    case = initiated()
    assert case.it.facts.probability_grade == "LOW"
    with pytest.raises(RequirementsMissing) as refused:
        case.requested(FLOW_2_3, more)
    assert [violation.rule for violation in refused.value.violations] == ["R-29"]
    case.granted(FLOW_2_3)
    with pytest.raises(RequirementsMissing):
        case.requested(FLOW_2_3, {"resources": [{**lines[0], "hours": 1}]})
    case.it.grade_strategically("STRATEGIC", case.at())
    case.granted(FLOW_2_3, more)
    case.it.grade_strategically("STANDARD", case.at())
    case.it.revise_probability(30, case.around, case.at())
    case.granted(FLOW_2_3, more)
    case.it.revise_probability(29, case.around, case.at())
    unlimited = replace(POLICIES, presales=replace(POLICIES.presales, low_probability_hours=None))
    case.around = replace(case.around, policies=unlimited)
    case.granted(FLOW_2_3, more)
