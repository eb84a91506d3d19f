"""The funnel over a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from opentas_shared.contracts import opportunity
from tests.unit.metrics.events import (
    STAGES,
    Stream,
    an_opportunity,
    day,
    lost,
    moved,
    voided,
    won,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.service.metrics.conftest import Caller

Apply = "Callable[[Any], None]"
FUNNEL = "/v1/metrics/funnel"
ZONE = {"time_zone": "UTC"}


def story() -> list[Stream]:
    """Two open, one won after a skip, one lost, one void."""
    return [
        an_opportunity("one", day(0), amount=100),
        moved(an_opportunity("two", day(1), owner="li", source="", amount=1005), day(3), "B"),
        won(moved(an_opportunity("three", day(0)), day(2), "C"), day(10)),
        lost(moved(an_opportunity("four", day(0), owner="li"), day(4), "B"), day(5)),
        voided(an_opportunity("five", day(0)), day(1)),
    ]


@pytest.fixture
def played(apply: Callable[[Any], None]) -> None:
    apply(event for stream in story() for event in stream.events)


def stage(answer: dict[str, Any], code: str) -> dict[str, Any]:
    [found] = [each for each in answer["stages"] if each["stage"] == code]
    return found


@pytest.mark.usefixtures("played")
async def test_counts_amounts_and_durations(ask: Caller) -> None:
    funnel = await ask.get(FUNNEL, **ZONE)
    counts = {name: funnel[name] for name in ("opened", "open", "won", "lost", "void")}
    assert counts == {"opened": 5, "open": 2, "won": 1, "lost": 1, "void": 1}
    assert [each["stage"] for each in funnel["stages"]] == ["A", "B", "C", "D"]
    assert [each["reached_count"] for each in funnel["stages"]] == [5, 3, 1, 1]
    assert funnel["win_rate"] == {
        "value": 0.5,
        "numerator": 1,
        "denominator": 2,
        "reason": None,
    }
    assert funnel["cycle_days"] == {"n": 1, "p50": 10.0, "p90": 10.0}
    price = funnel["lost_by_reason"]["PRICE"]
    assert (price["count"], price["cycle_days"]["p50"]) == (1, 5.0)

    first, second = stage(funnel, "A"), stage(funnel, "B")
    assert (first["open_count"], first["open_stay_count"]) == (1, 1)
    assert first["open_amount"] == {"amount_minor": 100, "currency": "CNY"}
    assert first["weighted_amount"] == {"amount_minor": 10, "currency": "CNY"}
    assert first["conversion_rate"]["value"] == pytest.approx(0.6)
    assert (first["expected_conversion_rate"], first["planned_days"]) == (0.8, 7)
    assert first["duration_days"] == {"n": 4, "p50": 2.0, "p90": pytest.approx(3.4)}
    assert second["weighted_amount"]["amount_minor"] == 251, "25 % of 1005, rounded half up"
    assert second["duration_days"]["n"] == 1, "a skipped stage is reached without a stay"
    last = stage(funnel, "D")
    assert last["duration_days"] == {"n": 0, "p50": None, "p90": None}
    assert last["conversion_rate"] == {
        "value": None,
        "numerator": None,
        "denominator": 1,
        "reason": "LAST_STAGE",
    }
    assert last["expected_conversion_rate"] is None


@pytest.mark.usefixtures("played")
async def test_an_instant_counts_only_events_before_it(ask: Caller) -> None:
    at_win = await ask.get(FUNNEL, as_of=day(10).isoformat(), **ZONE)
    assert (at_win["won"], at_win["open"]) == (0, 3)
    after = await ask.get(FUNNEL, as_of="2021-01-15T01:00:00.000001Z", **ZONE)
    assert (after["won"], after["open"]) == (1, 2)
    assert at_win["as_of"] == "2021-01-15T01:00:00Z"


@pytest.mark.usefixtures("played")
async def test_a_date_is_the_end_of_that_day_in_the_zone(ask: Caller) -> None:
    utc = await ask.get(FUNNEL, as_of="2021-01-14", **ZONE)
    assert (utc["as_of"], utc["won"]) == ("2021-01-15T00:00:00Z", 0)
    organisation = await ask.get(FUNNEL, as_of="2021-01-15")
    assert organisation["time_zone"] == "Asia/Shanghai"
    assert (organisation["as_of"], organisation["won"]) == ("2021-01-16T00:00:00+08:00", 1)


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize(
    ("group_by", "opened"),
    [
        ("owner", {"li": 2, "sam": 3}),
        ("source", {"": 1, "web": 4}),
        ("month", {"2021-01": 5}),
    ],
)
async def test_groups_add_up_to_the_total(
    ask: Caller, group_by: str, opened: dict[str, int]
) -> None:
    funnel = await ask.get(FUNNEL, group_by=group_by, **ZONE)
    assert {item["key"]: item["opened"] for item in funnel["items"]} == opened
    for name in ("opened", "open", "won", "lost", "void"):
        assert sum(item[name] for item in funnel["items"]) == funnel[name]
    for name in ("open_count", "reached_count", "open_stay_count"):
        for number, total in enumerate(funnel["stages"]):
            parts = [item["stages"][number][name] for item in funnel["items"]]
            assert sum(parts) == total[name]


@pytest.mark.usefixtures("played")
async def test_first_and_last_day_are_inclusive(ask: Caller) -> None:
    parameters = {"from": "2021-01-06", "to": "2021-01-06", **ZONE}
    assert (await ask.get(FUNNEL, **parameters))["opened"] == 1
    early = {"from": "2021-01-06", "to": "2021-01-06", "time_zone": "America/New_York"}
    assert (await ask.get(FUNNEL, **early))["opened"] == 0
    assert (await ask.get(FUNNEL, to="2021-01-05", **ZONE))["opened"] == 4


async def test_without_probabilities_weighted_amounts_are_null(
    ask: Caller, apply: Callable[[Any], None]
) -> None:
    bare = tuple(opportunity.StageNumbers(code=s.code, order=s.order) for s in STAGES)
    apply(an_opportunity("x", day(0), model="SM-BARE", stages=bare).events)
    funnel = await ask.get(FUNNEL, stage_model="SM-BARE")
    assert funnel["stages"][0]["open_amount"]["amount_minor"] == 100_000
    assert [each["weighted_amount"] for each in funnel["stages"]] == [None] * 4


async def test_the_default_model_answers_before_it_is_known(ask: Caller) -> None:
    funnel = await ask.get(FUNNEL, group_by="owner")
    assert (funnel["stages"], funnel["opened"], funnel["items"]) == ([], 0, [])
    assert funnel["win_rate"]["reason"] == "BELOW_MINIMUM_SAMPLE"
    assert (funnel["positions"], funnel["age_seconds"]) == ({}, 0.0)


@pytest.mark.usefixtures("played")
async def test_every_number_agrees_with_its_list(ask: Caller) -> None:
    funnel = await ask.get(FUNNEL, as_of=day(4.5).isoformat(), group_by="owner", **ZONE)
    for part in (funnel, *funnel["items"]):
        for name, link in part["links"].items():
            assert await listed(ask, link) == part[name], link
        for each in part["stages"]:
            assert await listed(ask, each["links"]["open"]) == each["open_count"]
            assert await listed(ask, each["links"]["reached"]) == each["reached_count"]
            stays = each["duration_days"]["n"]
            assert await listed(ask, each["links"]["completed_stays"]) == stays
        for numbers in part["lost_by_reason"].values():
            assert await listed(ask, numbers["links"]["count"]) == numbers["count"]


async def listed(ask: Caller, link: str) -> int:
    answer = await ask.get(f"{link}&include_total=true&limit=1")
    return int(answer["total"])


@pytest.mark.usefixtures("played")
async def test_the_list_pages_through_everything_once(ask: Caller) -> None:
    link = (await ask.get(FUNNEL))["links"]["opened"]
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        page = await ask.get(f"{link}&limit=2" + (f"&cursor={cursor}" if cursor else ""))
        seen += [item["opportunity_id"] for item in page["items"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 5
