"""Boundaries of the three grades (domain.md §4, §14.6) and who may own what (R-10)."""

from __future__ import annotations

import pytest

from opentas_shared.domain.errors import RuleBroken
from opentas_shared.domain.money import Money
from opportunity_service.domain.opening import Opening
from opportunity_service.domain.requirements import owner_entitled
from tests.unit.opportunity.conftest import POLICIES, Case, circumstances


@pytest.mark.parametrize(
    ("yuan", "grade"),
    [(1_000_001, "A"), (1_000_000, "B"), (200_000, "B"), (199_999, "C"), (0, "C"), (None, None)],
)
def test_amount_grades(yuan: int | None, grade: str | None) -> None:
    minor = None if yuan is None else yuan * 100
    assert POLICIES.grading.amount_grade(minor) == grade


def test_a_fen_more_than_a_million_is_a() -> None:
    assert POLICIES.grading.amount_grade(100_000_001) == "A"


@pytest.mark.parametrize(
    ("percent", "grade"),
    [(100, "HIGH"), (70, "HIGH"), (69, "MEDIUM"), (30, "MEDIUM"), (29, "LOW"), (None, None)],
)
def test_probability_grades(percent: int | None, grade: str | None) -> None:
    assert POLICIES.grading.probability_grade(percent) == grade


def test_a_partner_led_opportunity_is_of_class_e() -> None:
    grading = POLICIES.grading
    assert grading.class_of("A", partner_led=True) == "E"
    assert grading.class_of("A", partner_led=False) == "A"
    assert grading.class_of(None, partner_led=False) is None


@pytest.mark.parametrize(
    ("grade", "post", "fits"),
    [
        ("A", "senior_sales_manager", True),
        ("A", "sales_director", True),
        ("A", "sales_manager", False),
        ("A", "junior_sales", False),
        ("B", "sales_manager", True),
        ("B", "senior_sales_manager", True),
        ("B", "junior_sales", False),
        ("C", "junior_sales", True),
        (None, "junior_sales", True),
    ],
)
def test_who_may_own(grade: str | None, post: str, fits: bool) -> None:
    missing = owner_entitled("x", grade, frozenset({post}), POLICIES)
    assert [item.rule for item in missing] == ([] if fits else ["R-10"])


def test_the_grades_are_independent() -> None:
    case = Case(opening=Opening("MES", "chen.jing", amount=Money(150_000_000, "CNY")))
    case.it.grade_strategically("STRATEGIC", case.at())
    case.it.revise_probability(80, case.around, case.at())
    facts = case.it.facts
    assert (facts.amount_grade, facts.strategic_grade, facts.probability_grade) == (
        "A",
        "STRATEGIC",
        "HIGH",
    )
    case.it.revise_amount(Money(1, "CNY"), case.around, case.at())
    facts = case.it.facts
    assert (facts.amount_grade, facts.strategic_grade, facts.probability_grade) == (
        "C",
        "STRATEGIC",
        "HIGH",
    )
    assert facts.strategic_treatment


def test_a_rate_is_captured_and_history_does_not_move(case: Case) -> None:
    case.it.revise_amount(Money(10_000_000, "EUR", "8"), case.around, case.at())
    first = case.news()[-1].facts
    case.it.revise_amount(Money(10_000_000, "EUR", "7"), case.around, case.at())
    assert first["base_amount_minor"] == 80_000_000
    assert case.it.facts.base_amount_minor == 70_000_000


def test_an_owner_without_the_post_is_refused(case: Case) -> None:
    case.it.revise_amount(Money(150_000_000, "CNY"), case.around, case.at())
    with pytest.raises(RuleBroken) as refused:
        case.it.change_owner("yang.mei", "", case.with_posts("junior_sales"), case.at())
    assert refused.value.rule == "R-10"
    assert case.it.facts.owner_id == "chen.jing"


def test_a_broken_rule_is_recorded_at_the_opening() -> None:
    opening = Opening("MES", "yang.mei", amount=Money(150_000_000, "CNY"))
    around = circumstances(posts=frozenset({"junior_sales"}))
    assert Case(around, opening).it.facts.blocking_rules == ["R-10"]
    assert Case(around, opening, frozenset({"R-10"})).it.facts.blocking_rules == []
