"""BPIC 2020 through the projections, against figures computed by independent tools."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.service.metrics import real_approvals
from tests.service.metrics.test_real_data import rounded, shuffled, timed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.service.metrics.conftest import Caller

pytestmark = pytest.mark.real_data
REPORT = "/v1/metrics/approvals"
HOURS_PER_DAY = 24
WITHOUT_WAIT = "MISSING"


@pytest.mark.parametrize("name", ["DomesticDeclarations", "PrepaidTravelCost"])
async def test_bpic2020(
    real_data: Path, apply: Callable[[Any], None], ask: Caller, name: str
) -> None:
    folder = real_data / "approvals-bpic2020"
    truth = json.loads((folder / f"bpic2020_{name}.ground_truth.json").read_text())
    table = real_approvals.events_of(folder / f"bpic2020_{name}_events.csv.gz")
    timed(apply, shuffled(real_approvals.streams(table)))
    items = {item["key"]: item for item in (await ask.get(REPORT))["items"]}
    assert set(items) == set(truth["documents"])
    for kind, expected in truth["documents"].items():
        _check_document(items[kind], expected)
        roles = await ask.get(REPORT, flow=kind, group_by="role")
        _check_roles(roles["items"], expected["steps"], waits=len(items) == 1)


def _check_document(item: dict[str, Any], expected: dict[str, Any]) -> None:
    assert item["started"] == expected["cases_submitted"]
    assert item["started"] + item["resubmissions"] == expected["submissions"]
    assert item["approved"] == expected["cases_final_approved"]
    assert item["first_pass_approved"] == expected["first_pass_approved"]
    assert item["with_rejection"] == expected["cases_with_rejection"]
    turnaround = expected["turnaround_days_first_submit_to_final_approval"]
    hours = item["turnaround_hours"]
    assert hours["n"] == turnaround["n"]
    for share in ("p50", "p90"):
        assert rounded(hours[share] / HOURS_PER_DAY) == turnaround[share]


def _check_roles(
    items: list[dict[str, Any]], steps: dict[str, dict[str, Any]], *, waits: bool
) -> None:
    assert {item["key"] for item in items} == set(steps)
    for item in items:
        expected = steps[item["key"]]
        assert (item["decisions"], item["rejected"]) == (
            expected["decisions"],
            expected["rejected"],
        )
        assert rounded(item["rejection_share"]["value"], 6) == expected["rejection_share"]
        if waits and item["key"] != WITHOUT_WAIT:
            for share in ("p50", "p90"):
                assert rounded(item["wait_hours"][share]) == expected["wait_h_all"][share]
