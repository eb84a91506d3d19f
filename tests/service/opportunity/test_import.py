"""Bringing in history in batches: whole items, once, with their own times."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from opentas_shared.domain.ids import derived_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.service.opportunity.conftest import Calls

WAIVED = ["R-10", "R-12", "R-18", "R-23"]


def step(kind: str, day: int, **fields: Any) -> dict[str, Any]:
    return {"step": kind, "effective_at": f"2011-10-{day:02}T08:00:00+02:00", **fields}


def opening(day: int = 1, **fields: Any) -> dict[str, Any]:
    amount = {"amount_minor": 2_000_000, "currency": "EUR", "rate": "8.7"}
    known = {"name": "Application", "owner_id": "112", "stage_model": "BPIC2012", "amount": amount}
    return step("OPEN", day, **known, **fields)


def item(key: str, *steps: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"natural_key": key, "steps": list(steps), "waived_rules": WAIVED, **fields}


async def batch(importer: Calls, *items: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await importer.post("/v1/opportunities/batch", items=list(items))
    assert answer.status_code == 207, answer.text
    return list(answer.json()["items"])


def won(key: str) -> dict[str, Any]:
    return item(
        key,
        opening(),
        step("ADVANCE", 1, to_stage="PARTLYSUBMITTED"),
        step("ADVANCE", 2, to_stage="ACCEPTED"),
        step("REVERT", 3, to_stage="PREACCEPTED"),
        step("REVISE_AMOUNT", 4, amount={"amount_minor": 1, "currency": "CNY"}),
        step("CHANGE_OWNER", 5, owner_id="10862"),
        step("WIN", 5),
    )


async def test_a_history_comes_in_with_its_own_times(importer: Calls) -> None:
    (result,) = await batch(importer, won("case-1"))
    assert (result["status"], result["outcome"], result["applied"]) == (200, "ACCEPTED", 7)
    opportunity = await importer.read(result["id"])
    assert result["version"] == opportunity["version"] == 7
    assert (opportunity["status"], opportunity["stage"]) == ("WON", "PREACCEPTED")
    assert opportunity["owner_id"] == "10862"
    assert opportunity["opened_at"] == "2011-10-01T06:00:00Z"
    assert opportunity["closed_at"] == "2011-10-05T06:00:00Z"
    assert opportunity["stage_entered_at"] == "2011-10-03T06:00:00Z"
    history = (await importer.get(f"/v1/opportunities/{result['id']}/history")).json()["items"]
    assert all(entry["waived"] == WAIVED for entry in history)
    found = await importer.get("/v1/opportunities", natural_key="case-1")
    assert [one["id"] for one in found.json()["items"]] == [result["id"]]


async def test_a_second_import_changes_nothing(importer: Calls) -> None:
    (first,) = await batch(importer, won("case-1"))
    (second,) = await batch(importer, won("case-1"))
    assert (second["outcome"], second["applied"]) == ("UNCHANGED", 0)
    assert (second["id"], second["version"]) == (first["id"], first["version"])


async def test_later_steps_are_added_to_what_is_there(importer: Calls) -> None:
    steps = won("case-1")["steps"]
    await batch(importer, item("case-1", *steps[:3]))
    (result,) = await batch(importer, won("case-1"))
    assert (result["outcome"], result["applied"], result["version"]) == ("ACCEPTED", 4, 7)


async def test_an_item_is_done_as_a_whole_or_not_at_all(importer: Calls) -> None:
    bad = item(
        "bad",
        opening(),
        step("ADVANCE", 2, to_stage="ACCEPTED"),
        step("LOSE", 3, reason="WEATHER"),
    )
    late = item("late", opening(5), step("WIN", 4))
    after_the_end = item("end", opening(), step("WIN", 2), step("LOSE", 3, reason="DECLINED"))
    results = await batch(
        importer, bad, won("good"), late, after_the_end, item("none", step("WIN", 2))
    )
    assert [one["status"] for one in results] == [422, 200, 422, 409, 404]
    assert [one.get("problem", {}).get("code") for one in results] == [
        "UNKNOWN_REASON",
        None,
        "EFFECTIVE_TIME_GOES_BACK",
        "ILLEGAL_TRANSITION",
        "OPPORTUNITY_NOT_YET_OPENED",
    ]
    listed = (await importer.get("/v1/opportunities", include_total=True)).json()
    assert listed["total"] == 1


async def test_the_opportunity_of_a_conversion_is_won_when_it_has_come(
    importer: Calls, chen: Calls
) -> None:
    lead_id = uuid4()
    opportunity_id = str(derived_id("opportunity", lead_id))
    wins = {
        "opportunity_id": opportunity_id,
        "steps": [step("WIN", 5)],
        "waived_rules": WAIVED,
    }
    (early,) = await batch(importer, wins)
    assert (early["status"], early["problem"]["retryable"]) == (404, True)
    assert early["problem"]["code"] == "OPPORTUNITY_NOT_YET_OPENED"
    await chen.converted(lead_id=lead_id, at=datetime(2011, 10, 1, tzinfo=UTC))
    (result,) = await batch(importer, wins)
    assert (result["status"], result["key"], result["id"]) == (200, opportunity_id, opportunity_id)
    assert (await importer.read(opportunity_id))["status"] == "WON"


async def test_rules_that_are_not_waived_are_asked_for(importer: Calls) -> None:
    strict = item("strict", opening(), waived_rules=[])
    strict["steps"][0] |= {"stage_model": "SM-TAS"}
    strict["steps"].append(step("WIN", 2))
    (result,) = await batch(importer, strict)
    assert result["problem"]["code"] == "REQUIREMENTS_MISSING"
    assert [fault["rule"] for fault in result["problem"]["errors"]] == ["R-18"]


async def test_who_may_import(call: Callable[..., Calls], importer: Calls) -> None:
    sales = call("chen.jing", roles=["admin"])
    refused = await sales.post("/v1/opportunities/batch", items=[won("x")])
    assert refused.status_code == 403
    unscoped = call("migration", roles=["importer"], scopes=["opportunities:write"])
    assert (await unscoped.post("/v1/opportunities/batch", items=[won("x")])).status_code == 403
    future = item("x", opening())
    future["steps"][0]["effective_at"] = "2999-01-01T00:00:00Z"
    (result,) = await batch(importer, future)
    assert result["problem"]["code"] == "EFFECTIVE_TIME_IN_FUTURE"


async def test_batches_that_cannot_be_read(importer: Calls) -> None:
    nameless = await importer.post("/v1/opportunities/batch", items=[{"steps": [step("WIN", 1)]}])
    assert nameless.status_code == 422
    stepless = await importer.post("/v1/opportunities/batch", items=[item("x", step("ADVANCE", 1))])
    assert stepless.status_code == 422
    large = await importer.post("/v1/opportunities/batch", items=[won(str(n)) for n in range(501)])
    assert large.status_code == 422


async def test_stays_in_a_stage_add_up(importer: Calls) -> None:
    (result,) = await batch(
        importer,
        item(
            "stays",
            opening(),
            step("ADVANCE", 2, to_stage="PREACCEPTED"),
            step("REVERT", 4, to_stage="SUBMITTED"),
            step("ADVANCE", 7, to_stage="PREACCEPTED"),
            step("LOSE", 9, reason="DECLINED"),
        ),
    )
    answer = await importer.get(f"/v1/opportunities/{result['id']}/stage-durations")
    assert [(one["stage"], one["stays"], one["days"]) for one in answer.json()["items"]] == [
        ("SUBMITTED", 2, 4.0),
        ("PARTLYSUBMITTED", 0, 0.0),
        ("PREACCEPTED", 2, 4.0),
    ]
    assert not any(one["is_current"] for one in answer.json()["items"])


async def test_times_that_no_calendar_has_are_refused(importer: Calls) -> None:
    early = item("early", opening())
    early["steps"][0]["effective_at"] = "0001-01-01T00:00:00+14:00"
    answer = await importer.post("/v1/opportunities/batch", items=[early])
    assert answer.status_code == 422
