"""Which changes of watched facts make an approval stale: changes x policies (D4)."""

from __future__ import annotations

from typing import Any

import pytest

from approval_service.domain.approval.watching import moved
from approval_service.domain.flows.definition import Watched

MILLION = 100_000_000


@pytest.mark.parametrize(
    ("percent", "approved", "present", "stale"),
    [
        (10, MILLION, MILLION, False),
        (10, MILLION, MILLION * 110 // 100, False),
        (10, MILLION, MILLION * 110 // 100 + 1, True),
        (10, MILLION, MILLION * 90 // 100, False),
        (10, MILLION, MILLION * 90 // 100 - 1, True),
        (10, MILLION, None, True),
        (10, None, MILLION, True),
        (10, None, None, False),
        (10, 0, 0, False),
        (10, 0, 1, True),
        (10, 2**60, 2**60 + 2**60 // 10 + 1, True),
        (0, MILLION, MILLION, False),
        (0, MILLION, MILLION + 1, True),
        (None, MILLION, MILLION + 1, True),
        (None, "A", "A", False),
        (None, "A", "B", True),
        (None, None, "A", True),
        (None, "A", None, True),
        (None, False, True, True),
        (10, False, True, True),
        (10, "A", "B", True),
        (10, "A", "A", False),
        (None, ["tas"], ["tas"], False),
    ],
)
def test_a_fact_moves_beyond_its_tolerance(
    percent: int | None, approved: Any, present: Any, stale: bool
) -> None:
    watched = [Watched("fact", percent)]
    changes = moved(watched, {"fact": approved}, {"fact": present})
    expected = [{"fact": "fact", "approved": approved, "now": present}]
    assert changes == (expected if stale else [])


def test_only_watched_facts_count() -> None:
    assert moved([Watched("amount", 10)], {"amount": 1, "owner": "a"}, {"owner": "b"}) == []


def test_every_watched_fact_is_named() -> None:
    watched = [Watched("amount", 10), Watched("grade"), Watched("scope")]
    approved = {"amount": 100, "grade": "A", "scope": "x"}
    changes = moved(watched, approved, {"amount": 120, "grade": "A", "scope": "y"})
    assert [one["fact"] for one in changes] == ["amount", "scope"]
