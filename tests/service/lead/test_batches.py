"""The import: all or nothing per item, nothing twice, original times, waived rules."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from opentas_shared.domain.ids import derived_id

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.service.lead.conftest import Calls

CAPTURE = {
    "command": "capture",
    "effective_at": "2018-02-21T00:00:00Z",
    "source": "organic_search",
    "owner_id": "sdr-1",
}
ASSIGN = {"command": "assign", "effective_at": "2018-02-26T19:58:54Z", "owner_id": "sr-1"}
QUALIFY = {"command": "qualify", "effective_at": "2018-02-26T19:58:54Z"}
CONVERT = {"command": "convert", "effective_at": "2018-02-26T19:58:54Z", "name": "Deal"}
WON = [CAPTURE, ASSIGN, QUALIFY, CONVERT]
WAIVED = ["R-01", "R-02", "R-04"]


def item(key: str, steps: list[dict[str, Any]], waived: list[str] = WAIVED) -> dict[str, Any]:
    return {"natural_key": key, "waived_rules": waived, "steps": steps}


async def sent(robot: Calls, *items: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await robot.post("/v1/leads/batch", items=list(items))
    assert answer.status_code == 207, answer.text
    return list(answer.json()["items"])


async def test_a_history_comes_in_with_its_times(call: Callable[..., Calls]) -> None:
    robot = call("robot", roles=["importer"])
    [result] = await sent(robot, item("olist-1", WON))
    lead_id = str(derived_id("lead", "olist-1"))
    assert (result["status"], result["outcome"], result["steps_taken"]) == (200, "ACCEPTED", 4)
    assert (result["id"], result["version"], result["key"]) == (lead_id, 4, "olist-1")
    assert result["opportunity_id"] == str(derived_id("opportunity", lead_id))
    lead = (await robot.get(f"/v1/leads/{lead_id}")).json()
    assert (lead["status"], lead["source"], lead["owner_id"], lead["title"]) == (
        "CONVERTED",
        "organic_search",
        "sr-1",
        "olist-1",
    )
    assert (lead["created_at"], lead["converted_at"]) == (
        "2018-02-21T00:00:00Z",
        "2018-02-26T19:58:54Z",
    )
    history = (await robot.get(f"/v1/leads/{lead_id}/history")).json()["items"]
    assert all(entry["waived"] == WAIVED for entry in history)
    published = (await robot.get("/lead-service/v1/events", after=0)).json()["items"]
    assert published[-1]["data"]["waived"] == WAIVED
    assert published[-1]["time"].startswith("2018-02-26T19:58:54")


async def test_importing_twice_changes_nothing(call: Callable[..., Calls]) -> None:
    robot = call("robot", roles=["importer"])
    twice = [ASSIGN, {**ASSIGN, "owner_id": "sr-2"}]
    items = [item("a", WON), item("b", [CAPTURE, *twice])]
    first = await sent(robot, *items)
    again = await sent(robot, *items)
    assert [result["outcome"] for result in again] == ["UNCHANGED", "UNCHANGED"]
    for name in ("id", "version", "opportunity_id"):
        assert [r[name] for r in again] == [r[name] for r in first]
    assert first[1]["version"] == 3


async def test_only_steps_not_taken_yet_are_taken(call: Callable[..., Calls]) -> None:
    robot = call("robot", roles=["importer"])
    await sent(robot, item("a", [CAPTURE, ASSIGN]))
    later = {**ASSIGN, "effective_at": "2018-02-27T00:00:00Z", "owner_id": "sr-2"}
    closed = [{**step, "effective_at": "2018-02-28T00:00:00Z"} for step in (QUALIFY, CONVERT)]
    [result] = await sent(robot, item("a", [CAPTURE, ASSIGN, later, *closed]))
    assert (result["steps_taken"], result["version"]) == (3, 5)
    lead = (await robot.get(f"/v1/leads/{result['id']}")).json()
    assert (lead["owner_id"], lead["status"]) == ("sr-2", "CONVERTED")


async def test_an_item_is_taken_as_a_whole_or_not_at_all(call: Callable[..., Calls]) -> None:
    robot = call("robot", roles=["importer"])
    back = {**QUALIFY, "effective_at": "2018-02-20T00:00:00Z"}
    discard = {"command": "discard", "effective_at": "2018-03-01T00:00:00Z", "reason": "NO_NEED"}
    results = await sent(
        robot,
        item("good", WON),
        item("state", [CAPTURE, CONVERT]),
        item("rule", WON, waived=["R-02"]),
        item("back", [CAPTURE, back]),
        item("future", [{**CAPTURE, "effective_at": "2118-01-01T00:00:00Z"}]),
        item("ended", [CAPTURE, discard, QUALIFY]),
        item("nothing", [ASSIGN]),
        item("shape", [{**CAPTURE, "sauce": "x"}]),
        item("step", [{"command": "marry"}]),
        {"natural_key": "empty", "steps": []},
        item("no text", [{**CAPTURE, "title": "\x00"}]),
        item("also good", [CAPTURE]),
    )
    assert [r["problem"]["code"] if r.get("problem") else r["outcome"] for r in results] == [
        "ACCEPTED",
        "ILLEGAL_TRANSITION",
        "REQUIREMENTS_MISSING",
        "EFFECTIVE_TIME_GOES_BACK",
        "EFFECTIVE_TIME_IN_FUTURE",
        "ILLEGAL_TRANSITION",
        "NOT_FOUND",
        "REQUEST_INVALID",
        "REQUEST_INVALID",
        "REQUEST_INVALID",
        "NOT_STORABLE",
        "ACCEPTED",
    ]
    assert results[7]["problem"]["errors"][0]["pointer"] == "/steps/0/sauce"
    listed = (await robot.get("/v1/leads")).json()["items"]
    assert sorted(lead["natural_key"] for lead in listed) == ["also good", "good"]


async def test_one_key_twice_in_a_batch_and_in_batches_at_once(call: Callable[..., Calls]) -> None:
    robot = call("robot", roles=["importer"])
    results = await sent(robot, item("a", [CAPTURE]), item("a", WON))
    assert [result["steps_taken"] for result in results] == [1, 3]
    batches = await asyncio.gather(
        *(sent(robot, *(item(f"k{n}", WON) for n in range(20))) for _ in range(4))
    )
    outcomes = sorted(result["outcome"] for batch in batches for result in batch)
    assert outcomes == ["ACCEPTED"] * 20 + ["UNCHANGED"] * 60


async def test_importers_only(call: Callable[..., Calls]) -> None:
    person = call("chen.jing", roles=["admin"])
    refused = await person.post("/v1/leads/batch", items=[item("a", [CAPTURE])])
    assert (refused.status_code, refused.json()["policy"]) == (403, "role:importer")
    unscoped = call("robot", roles=["importer"], scopes=["leads:write"])
    assert (await unscoped.post("/v1/leads/batch", items=[])).status_code == 403
    robot = call("robot", roles=["importer"])
    many = [item(str(n), [CAPTURE]) for n in range(501)]
    assert (await robot.post("/v1/leads/batch", items=many)).status_code == 422
