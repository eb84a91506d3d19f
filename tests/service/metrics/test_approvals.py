"""Approvals over a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.metrics.events import an_approval, completed, day, resubmitted, returned

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.service.metrics.conftest import Caller

REPORT = "/v1/metrics/approvals"


@pytest.fixture
def played(apply: Callable[[Any], None]) -> None:
    streams = [
        completed(an_approval("one", day(0)), day(1)),
        completed(resubmitted(returned(an_approval("two", day(0)), day(1)), day(2)), day(3)),
        completed(an_approval("three", day(0), submitter="li"), day(1), "REJECTED"),
        returned(an_approval("four", day(0), flow="tas_6_3"), day(1)),
    ]
    apply(event for stream in streams for event in reversed(stream.events))


@pytest.mark.usefixtures("played")
async def test_per_flow(ask: Caller) -> None:
    answer = await ask.get(REPORT, group_by="flow")
    first, second = answer["items"]
    assert first.pop("links")
    assert first == {
        "key": "tas_2_1",
        "started": 3,
        "approved": 2,
        "rejected": 1,
        "revoked": 0,
        "terminated": 0,
        "open": 0,
        "resubmissions": 1,
        "first_pass_approved": 2,
        "with_rejection": 0,
        "revoked_after_approval": 0,
        "turnaround_hours": {"n": 2, "p50": 48.0, "p90": pytest.approx(67.2)},
        "working_hours": {"n": 2, "p50": 16.0, "p90": pytest.approx(22.4)},
    }
    assert (second["key"], second["open"], second["turnaround_hours"]["n"]) == ("tas_6_3", 1, 0)
    assert answer["total"]["started"] == 4


@pytest.mark.usefixtures("played")
async def test_one_flow_as_of_an_instant_in_the_data_scope(ask: Caller) -> None:
    parameters = {"flow": "tas_2_1", "as_of": day(2.5).isoformat()}
    [item] = (await ask.get(REPORT, **parameters))["items"]
    assert (item["approved"], item["open"], item["resubmissions"]) == (1, 1, 1)
    [own] = (await ask.get(REPORT, **parameters, user="li", role="sales"))["items"]
    assert (own["started"], own["rejected"]) == (1, 1)


@pytest.mark.usefixtures("played")
async def test_every_number_agrees_with_its_list(ask: Caller) -> None:
    answer = await ask.get(REPORT)
    for part in (answer["total"], *answer["items"]):
        for name, link in part["links"].items():
            assert (await ask.get(f"{link}&include_total=true"))["total"] == part[name], link
