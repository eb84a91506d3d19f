"""R-05 and R-06: the table of domain.md §2.4 with its boundaries."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from lead_service.domain.classification import months_after
from lead_service.domain.facts import LeadFacts
from opentas_shared.domain.errors import RequirementsMissing
from tests.unit.lead.leads import NINE, POLICY

IMPORTANT = LeadFacts(
    title="MES",
    scale="LARGE",
    customer_importance="IMPORTANT",
    expected_start=date(2028, 1, 1),
    solution_fit="HIGH",
)
GENERAL = replace(IMPORTANT, scale="SMALL", customer_importance="ORDINARY", solution_fit="MEDIUM")


def test_important_needs_all_four() -> None:
    assert POLICY.classify(IMPORTANT, NINE) == "IMPORTANT"


@pytest.mark.parametrize(
    "lacking",
    [{"scale": "MEDIUM"}, {"customer_importance": "ORDINARY"}, {"solution_fit": "MEDIUM"}],
)
def test_one_of_four_lacking_makes_it_general(lacking: dict[str, str]) -> None:
    assert POLICY.classify(replace(IMPORTANT, **lacking), NINE) == "GENERAL_DORMANT"  # type: ignore[arg-type]


def test_especially_important_customer_makes_it_company_major() -> None:
    facts = replace(IMPORTANT, customer_importance="ESPECIALLY_IMPORTANT")
    assert POLICY.classify(facts, NINE) == "COMPANY_MAJOR"
    assert POLICY.classify(replace(facts, scale="SMALL"), NINE) == "GENERAL_DORMANT"


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        (date(2025, 1, 1), "GENERAL_HOT"),
        (date(2026, 3, 2), "GENERAL_HOT"),
        (date(2026, 6, 2), "GENERAL_HOT"),
        (date(2026, 6, 3), "GENERAL_WARM"),
        (date(2026, 9, 2), "GENERAL_WARM"),
        (date(2026, 9, 3), "GENERAL_COLD"),
        (date(2027, 3, 2), "GENERAL_COLD"),
        (date(2027, 3, 3), "GENERAL_DORMANT"),
    ],
)
def test_general_leads_by_expected_start(start: date, expected: str) -> None:
    assert POLICY.classify(replace(GENERAL, expected_start=start), NINE) == expected


def test_the_class_changes_as_time_passes() -> None:
    facts = replace(GENERAL, expected_start=date(2026, 9, 10))
    found = [POLICY.classify(facts, datetime(2026, m, 10, 1, tzinfo=UTC)) for m in (2, 3, 6)]
    assert found == ["GENERAL_COLD", "GENERAL_WARM", "GENERAL_HOT"]


def test_the_day_is_that_of_the_organisation() -> None:
    facts = replace(GENERAL, expected_start=date(2026, 6, 3))
    evening_in_utc = datetime(2026, 3, 2, 16, tzinfo=UTC)  # 3 March in Shanghai
    assert POLICY.classify(facts, evening_in_utc) == "GENERAL_HOT"


def test_month_ends() -> None:
    assert months_after(date(2026, 11, 30), 3) == date(2027, 2, 28)
    assert months_after(date(2027, 11, 29), 3) == date(2028, 2, 29)


@pytest.mark.parametrize(
    "facts",
    [
        LeadFacts(title="No fit", solution_fit="LOW"),
        replace(IMPORTANT, solution_fit="LOW"),
        replace(GENERAL, scale="TINY"),
    ],
)
def test_not_a_lead(facts: LeadFacts) -> None:
    assert POLICY.classify(facts, NINE) == "NOT_A_LEAD"


def test_a_tiny_part_at_an_important_customer_is_a_lead() -> None:
    facts = replace(GENERAL, scale="TINY", customer_importance="IMPORTANT")
    assert POLICY.classify(facts, NINE) == "GENERAL_DORMANT"


def test_missing_facts_are_named_with_their_rule() -> None:
    with pytest.raises(RequirementsMissing) as refusal:
        POLICY.classify(LeadFacts(title="Unknown", scale="LARGE"), NINE)
    assert [(v.pointer, v.rule) for v in refusal.value.violations] == [
        ("/customer_importance", "R-05"),
        ("/solution_fit", "R-05"),
        ("/expected_start", "R-06"),
    ]


def test_what_speaks_against_a_class() -> None:
    def rules(classification: str, facts: LeadFacts) -> set[str | None]:
        return {v.rule for v in POLICY.against(classification, facts, NINE)}

    soon = replace(GENERAL, expected_start=date(2026, 4, 1))
    assert rules("IMPORTANT", IMPORTANT) == set()
    assert rules("COMPANY_MAJOR", IMPORTANT) == {"R-05"}
    assert rules("IMPORTANT", soon) == {"R-05"}
    assert rules("GENERAL_HOT", soon) == set()
    assert rules("GENERAL_COLD", soon) == {"R-06"}
    assert rules("GENERAL_COLD", replace(soon, expected_start=None)) == {"R-06"}
    assert rules("NOT_A_LEAD", soon) == {"R-03"}
    assert rules("NOT_A_LEAD", replace(soon, solution_fit="LOW")) == set()
