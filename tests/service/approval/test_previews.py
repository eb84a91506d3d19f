"""Previews over HTTP: what is seen before is what then happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.service.approval.world import INITIATION, request_of

if TYPE_CHECKING:
    from tests.service.approval.world import World

FACTS: dict[str, Any] = {
    "owner_id": "chen.jing",
    "base_amount_minor": 150_000_00,
    "probability_grade": "MEDIUM",
    "win_probability": 40,
    "stage_model": "SM-TAS",
    "stage": "INITIATE_OPPORTUNITY",
    "source": "WEBSITE",
}


async def seen(world: World, who: str = "chen.jing", **body: Any) -> dict[str, Any]:
    answer = await world.people(who).post(f"/v1/flows/{INITIATION}/preview", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def asked(steps: list[dict[str, Any]]) -> list[tuple[str, list[str]]]:
    active = [step for step in steps if step["status"] == "ACTIVE"]
    return [(step["node"], [one["person_id"] for one in step["people"]]) for step in active]


@pytest.mark.parametrize(
    ("amount_grade", "strategic_grade"),
    [("C", "STANDARD"), ("B", "STANDARD"), ("A", "STANDARD"), ("C", "KEY"), ("C", "STRATEGIC")],
)
async def test_what_was_seen_is_what_then_happens(
    world: World, amount_grade: str, strategic_grade: str
) -> None:
    grades = {"amount_grade": amount_grade, "strategic_grade": strategic_grade}
    before = await seen(world, facts={**FACTS, **grades})
    id = world.ask(**grades)
    rest = (await world.people("admin").get(f"/v1/approvals/{id}/preview")).json()
    assert asked(rest["steps"]) == asked(before["steps"])
    while (approval := await world.read(id))["status"] == "RUNNING":
        open_ = (
            task["assignee_id"]
            for node in approval["rounds"][-1]["nodes"]
            for task in node["tasks"]
            if task["status"] == "OPEN"
        )
        assert (await world.act(next(open_), "approval", id)).status_code == 200
    nodes = approval["rounds"][-1]["nodes"]
    assert [
        (node["node"], [task["assignee_id"] for task in node["tasks"]])
        for node in nodes
        if node["tasks"]
    ] == asked(before["steps"])
    assert [node["node"] for node in nodes] == [step["node"] for step in before["steps"]]
    assert before["outcome"] == approval["status"]
    assert (await world.people("admin").get(f"/v1/approvals/{id}/preview")).json()["steps"] == []


async def test_a_skipped_node_says_why(world: World) -> None:
    found = await seen(world, facts={"amount_grade": "C", "strategic_grade": "STANDARD"})
    skipped = [step for step in found["steps"] if step["status"] == "SKIPPED"]
    assert {step["reason_code"] for step in skipped} == {"CONDITION_FALSE"}
    assert "amount_grade" in skipped[0]["reason"]


async def test_a_preview_keeps_nothing(world: World) -> None:
    head = world.resources.events.head()
    await seen(world, facts=FACTS)
    assert world.resources.events.head() == head


async def test_a_draft_can_be_seen_before_it_is_published(world: World) -> None:
    admin = world.people("admin")
    file = (await admin.get(f"/v1/flow-definitions/{INITIATION}")).json()["content"]
    node = {
        "id": "legal",
        "labels": {"zh": "法务", "en": "Legal"},
        "approvers": [{"role": "legal"}],
    }
    draft = await admin.post(
        f"/v1/flows/{INITIATION}/drafts", json={**file, "nodes": [*file["nodes"], node]}
    )
    found = await seen(world, facts=FACTS, draft_id=draft.json()["draft_id"])
    assert asked(found["steps"])[-1] == ("legal", ["admin", "jiang.bo"])
    assert found["definition_version"] == file["version"] + 1


async def test_what_would_be_refused_is_seen_too(world: World) -> None:
    assert (await seen(world, facts=FACTS))["refusal"] is None
    wrong = await seen(world, facts=FACTS, form={"reason": 5})
    assert (wrong["refusal"]["code"], wrong["refusal"]["missing"]) == (
        "FORM_INCOMPLETE",
        ["reason"],
    )
    assert wrong["steps"]
    unknown = await seen(world, facts=FACTS, submitter_id="nobody")
    assert unknown["refusal"]["code"] == "SUBMITTER_UNKNOWN"
    foreign = await seen(world, facts=FACTS, submitter_id="feng.lan")
    assert foreign["refusal"]["code"] == "SUBMITTER_NOT_ALLOWED"


async def test_a_draft_with_faults_has_no_way(world: World) -> None:
    admin = world.people("admin")
    file = (await admin.get(f"/v1/flow-definitions/{INITIATION}")).json()["content"]
    choice = {"id": "size", "kind": "CHOICE", "labels": {"zh": "一", "en": "One"}}
    way = {"id": "one", "labels": {"zh": "一", "en": "One"}, "when": "false", "nodes": []}
    nodes = [{**choice, "branches": [way]}]
    draft = await admin.post(f"/v1/flows/{INITIATION}/drafts", json={**file, "nodes": nodes})
    assert draft.status_code == 201, draft.text
    refused = await admin.post(
        f"/v1/flows/{INITIATION}/preview", json={"draft_id": draft.json()["draft_id"]}
    )
    assert refused.status_code == 422
    assert refused.json()["code"] == "DEFINITION_INVALID"


async def test_there_is_no_preview_of_what_is_not_there(world: World) -> None:
    client = world.people("chen.jing")
    assert (await client.post("/v1/flows/none/preview", json={})).status_code == 404
    missing = request_of(INITIATION, "chen.jing").approval_id
    assert (await client.get(f"/v1/approvals/{missing}/preview")).status_code == 404
