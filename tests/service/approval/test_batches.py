"""Many decisions in one request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentas_shared.domain.ids import new_id
from opentas_shared.web.batch import BatchAnswer

if TYPE_CHECKING:
    from tests.service.approval.world import World

DIRECTOR = "zhao.min"


async def decide(world: World, who: str, *items: dict[str, Any], **headers: str) -> dict[str, Any]:
    answer = await world.people(who).post(
        "/v1/decision-batches", json={"items": list(items)}, headers=headers
    )
    assert answer.status_code == 207, answer.text
    body: dict[str, Any] = answer.json()
    return body


async def test_each_item_is_decided_or_refused_by_itself(world: World) -> None:
    ids = [world.ask() for _ in range(5)]
    await world.act(DIRECTOR, "approval", ids[3])
    version = (await world.read(ids[0]))["version"]
    answer = await decide(
        world,
        DIRECTOR,
        {"approval_id": str(ids[0]), "version": version, "decision": "APPROVE"},
        {"approval_id": str(ids[1]), "decision": "REJECT", "comment": "no"},
        {"approval_id": str(ids[2]), "decision": "RETURN", "comment": "why?"},
        {"approval_id": str(ids[3]), "decision": "APPROVE"},
        {"approval_id": str(ids[4]), "version": 1, "decision": "APPROVE"},
        {"approval_id": str(new_id()), "decision": "APPROVE"},
    )
    assert (answer["accepted"], answer["refused"]) == (3, 3)
    assert [item.get("state") for item in answer["items"][:3]] == [
        "APPROVED",
        "REJECTED",
        "RETURNED",
    ]
    assert [(i["status"], i["problem"]["code"]) for i in answer["items"][3:]] == [
        (409, "ILLEGAL_TRANSITION"),
        (412, "STALE_VERSION"),
        (404, "NOT_FOUND"),
    ]
    assert (await world.read(ids[4]))["status"] == "RUNNING"
    BatchAnswer.model_validate(answer)


async def test_a_repeated_batch_decides_once(world: World) -> None:
    item = {"approval_id": str(world.ask()), "decision": "APPROVE"}
    first = await decide(world, DIRECTOR, item, **{"idempotency-key": "one"})
    assert await decide(world, DIRECTOR, item, **{"idempotency-key": "one"}) == first


async def test_outside_the_data_scope_there_is_nothing_to_decide(world: World) -> None:
    item = {"approval_id": str(world.ask()), "decision": "APPROVE"}
    answer = await decide(world, "feng.lan", item)
    assert answer["items"][0]["problem"]["code"] == "NOT_FOUND"
