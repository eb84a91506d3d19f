"""The semantics of conditions, pinned: what the CEL library does must not change unseen."""

from __future__ import annotations

from typing import Any

import pytest

from approval_service.configuration.conditions import (
    FORM,
    LARGEST_INTEGER,
    ConditionWrong,
    check,
    holds,
    pinned,
)
from approval_service.configuration.facts import FACTS

KNOWN = {
    "base_amount_minor": 1_000_000_00,
    "amount_grade": "B",
    "strategic_grade": "KEY",
    "probability_grade": None,
    "win_probability": 30,
    "partner_led": True,
    "source": "",
    "form": {"budget": 5, "note": "中文"},
}


def facts(**changes: Any) -> dict[str, Any]:
    return {**dict.fromkeys(FACTS["opportunity"]), **KNOWN, **changes}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        # money is an integer of minor units: no rounding at the boundary
        ("base_amount_minor > 100000000", False),
        ("base_amount_minor >= 100000000", True),
        ("base_amount_minor == 100000000", True),
        ("base_amount_minor / 7 == 14285714", True),
        ("-7 / 2 == -3", True),
        ("-7 % 2 == -1", True),
        ("9223372036854775807 > 9223372036854775806", True),
        ("1.0 == 1", True),
        # texts
        ("amount_grade in ['A', 'B']", True),
        ("amount_grade == 'b'", False),
        ("amount_grade != 'A'", True),
        ("source == ''", True),
        ("amount_grade.startsWith('B')", True),
        ("'a' < 'b'", True),
        ("form.note == '中文'", True),
        # unlike the CEL specification, the size of a text is counted in UTF-8 bytes
        ("size(form.note) == 6", True),
        # null is a value of its own: equal to nothing else
        ("probability_grade == null", True),
        ("probability_grade != 'LOW'", True),
        ("probability_grade in ['LOW']", False),
        ("probability_grade == null || probability_grade == 'LOW'", True),
        ("tas_class != null && tas_class > 'B'", False),
        # logic is lazy and commutative about errors
        ("true || tas_class > 'B'", True),
        ("tas_class > 'B' || true", True),
        ("tas_class > 'B' && false", False),
        ("partner_led", True),
        ("!partner_led", False),
        ("partner_led ? win_probability > 20 : false", True),
        # || binds weaker than &&
        ("true || false && false", True),
        # forms
        ("has(form.budget) && form.budget > 4", True),
        ("has(form.missing) && form.missing > 4", False),
        ("'budget' in form", True),
    ],
)
def test_what_an_expression_gives(expression: str, expected: bool) -> None:
    assert holds(expression, facts()) is expected


@pytest.mark.parametrize(
    ("expression", "sentence"),
    [
        ("probability_grade > 'LOW'", "No such overload"),
        ("tas_class > 5", "No such overload"),
        ("amount_grade > 5", "No such overload"),
        ("form.missing > 4", "missing"),
        ("base_amount_minor + 9223372036854775807 > 0", "overflow"),
        ("win_probability", "neither true nor false"),
        ("1 / (win_probability - 30) == 1", "zero"),
    ],
)
def test_what_has_no_answer_is_an_error_and_never_false(expression: str, sentence: str) -> None:
    with pytest.raises(ConditionWrong, match=f"(?i){sentence}"):
        holds(expression, facts())


@pytest.mark.parametrize(
    ("expression", "place"),
    [
        ("amount_grade ==", "line 1, column 16: mismatched input '<EOF>'"),
        ("amount_grade = 'A'", "line 1, column 14: token recognition error"),
        ("amount_grade == 'A' &&\n  amount > 5", "line 2, column 3: amount is no fact"),
        ("base_amount_minor + 1", "this gives 10000001"),
        ("lookup(amount_grade)", "line 1, column 1: there is no function lookup"),
        ("amount_grade > 5", "No such overload"),
        ("", "line 1, column 1"),
    ],
)
def test_a_wrong_condition_is_found_at_start_with_its_place(expression: str, place: str) -> None:
    with pytest.raises(ConditionWrong) as found:
        check(expression, "opportunity")
    assert place in str(found.value)


@pytest.mark.parametrize(
    "expression", ["has(form.x) && form.x > 5", "form.x == 1", "amount_grade in ['A']"]
)
def test_right_conditions_pass(expression: str) -> None:
    check(expression, "opportunity")


def test_every_fact_is_defined_and_unknown_ones_are_null() -> None:
    found = pinned("opportunity", {"amount_grade": "A", "other": 1})
    assert found["amount_grade"] == "A"
    assert found["base_amount_minor"] is None
    assert found.keys() == FACTS["opportunity"].keys()
    assert FORM not in found


def test_an_amount_beyond_64_bits_is_refused() -> None:
    pinned("opportunity", {"base_amount_minor": LARGEST_INTEGER})
    with pytest.raises(ConditionWrong, match="too large"):
        pinned("opportunity", {"base_amount_minor": LARGEST_INTEGER + 1})
