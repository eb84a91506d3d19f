"""The boxes of the inbox: counters, filters, copies; and who handed a task on keeps seeing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from approval_service.api.inbox_views import CopyReceipt
from approval_service.read_models.approvals import approvals
from approval_service.read_models.copies import copies
from approval_service.read_models.counters import counters
from approval_service.read_models.tasks import tasks

if TYPE_CHECKING:
    from tests.service.approval.world import World

DIRECTOR = "zhao.min"


async def boxes(world: World, who: str) -> dict[str, int]:
    body: dict[str, int] = (await world.people(who).get("/v1/tasks/counters")).json()
    return body


async def items(world: World, who: str, query: str) -> list[dict[str, Any]]:
    answer = await world.people(who).get(f"/v1/tasks?{query}")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["items"]
    return found


async def test_the_inbox_and_its_counters(world: World) -> None:
    first, second = world.ask(), world.ask()
    nothing = dict.fromkeys(("pending", "done", "initiated", "copied", "copied_unread"), 0)
    assert await boxes(world, DIRECTOR) == {**nothing, "pending": 2}
    assert await boxes(world, "chen.jing") == {**nothing, "initiated": 2}
    pending = await items(world, DIRECTOR, "box=pending")
    assert [item["approval"]["id"] for item in pending] == [str(second), str(first)]
    assert pending[0]["task"]["node"] == "sales_director"
    assert pending[0]["task"]["due_at"] is not None

    await world.act(DIRECTOR, "approval", first)

    assert await boxes(world, DIRECTOR) == {**nothing, "pending": 1, "done": 1}
    assert await boxes(world, "admin") == {**nothing, "pending": 1}
    done = await items(world, DIRECTOR, "box=done")
    assert [(i["approval"]["id"], i["task"]["status"]) for i in done] == [(str(first), "APPROVED")]
    submitter = world.people("chen.jing")
    page = (await submitter.get("/v1/tasks?box=initiated&limit=1")).json()
    assert page["items"][0]["task"] is None
    more = (await submitter.get(f"/v1/tasks?box=initiated&limit=1&cursor={page['next']}")).json()
    assert [i["approval"]["id"] for i in more["items"]] == [str(first)]


async def test_counters_equal_a_count_whatever_was_done(world: World) -> None:
    ids = [world.ask(amount_grade="AB C"[number % 4]) for number in range(8)]
    for number, act in enumerate(("approval", "rejection", "return", "approval")):
        await world.act(DIRECTOR, act, ids[number])
    await world.act(DIRECTOR, "withdrawal", ids[0])
    await world.act(DIRECTOR, "withdrawal", ids[2])
    await world.act(DIRECTOR, "transfer", ids[4], person_id="wu.hao")
    await world.act(DIRECTOR, "delegation", ids[5], person_id="wu.hao")
    await world.act(DIRECTOR, "signer", ids[6], person_id="wu.hao", position="BEFORE")
    await world.act(DIRECTOR, "claim", ids[7])
    await world.act("chen.jing", "copy", ids[7], people=["feng.lan", "wu.hao"])
    await world.act("chen.jing", "recall", ids[7])
    await world.act("chen.jing", "resubmission", ids[7])
    copy = (await items(world, "feng.lan", "box=copied"))[0]["copy"]
    await world.people("feng.lan").post(f"/v1/tasks/copies/{copy['id']}/receipt")
    with world.resources.database.read() as connection:

        def number_of(table: Any, *conditions: Any) -> int:
            found = select(func.count()).select_from(table).where(*conditions)
            return connection.scalar(found) or 0

        kept = connection.execute(select(counters)).mappings().all()
        assert sum(row["done"] for row in kept) >= 3
        for row in kept:
            who = row["person_id"]
            assert dict(row) == {
                "person_id": who,
                "pending": number_of(tasks, tasks.c.assignee_id == who, tasks.c.status == "OPEN"),
                "done": number_of(tasks, tasks.c.done_by == who),
                "initiated": number_of(approvals, approvals.c.submitter_id == who),
                "copied": number_of(copies, copies.c.person_id == who),
                "copied_unread": number_of(
                    copies, copies.c.person_id == who, copies.c.read_at.is_(None)
                ),
            }


async def test_who_hands_a_task_on_keeps_seeing_it(world: World) -> None:
    id = world.ask()
    answer = await world.act(DIRECTOR, "transfer", id, person_id="wu.hao", comment="yours")
    assert answer.status_code == 200, answer.text
    kept = await items(world, DIRECTOR, "box=done")
    assert [(i["task"]["status"], i["task"]["reason_code"]) for i in kept] == [
        ("CLOSED", "TRANSFERRED")
    ]
    assert (await boxes(world, DIRECTOR))["done"] == 1
    mine = await items(world, "wu.hao", "box=pending")
    assert [i["approval"]["id"] for i in mine] == [str(id)]


async def test_copies_are_read_once(world: World) -> None:
    id = world.ask()
    await world.act("chen.jing", "copy", id, people=["feng.lan"], comment="have a look")
    assert (await boxes(world, "feng.lan"))["copied_unread"] == 1
    (item,) = await items(world, "feng.lan", "box=copied&unread=true")
    assert (item["copy"]["sent_by"], item["copy"]["comment"]) == ("chen.jing", "have a look")
    assert (await world.read(id, "feng.lan"))["id"] == str(id)
    path = f"/v1/tasks/copies/{item['copy']['id']}/receipt"
    assert (await world.people("wu.hao").post(path)).status_code == 404
    for _ in range(2):
        answer = await world.people("feng.lan").post(path)
        assert answer.status_code == 201, answer.text
        assert answer.json()["read_at"] is not None
        assert set(answer.json()) == set(CopyReceipt.model_fields)
    assert (await boxes(world, "feng.lan"))["copied_unread"] == 0
    assert (await boxes(world, "feng.lan"))["copied"] == 1
    assert await items(world, "feng.lan", "box=copied&unread=true") == []


async def test_boxes_are_filtered(world: World) -> None:
    first = world.ask(form={"reason": "x"})
    world.ask("tas_6_3_bid_approval", "liu.yang")
    subject = (await world.read(first))["subject_id"]

    async def ids(query: str, who: str = DIRECTOR) -> list[str]:
        return [item["approval"]["id"] for item in await items(world, who, query)]

    assert len(await ids("box=pending")) == 2
    for query in (
        "flow=tas_2_1_opportunity_initiation",
        f"subject_type=opportunity&subject_id={subject}",
        "submitter_id=chen.jing",
        "q=TAS 2-1",
        f"q={subject[:13].upper()}",
    ):
        assert await ids(query) == [str(first)], query
    assert len(await ids("node=sales_director&kind=ASSIGNED&overdue=false")) == 2
    for query in ("kind=ADVICE", "overdue=true", "node=nowhere", "q=nothing"):
        assert await ids(query) == [], query
    assert await ids("box=initiated&node=sales_director", "chen.jing") == [str(first)]


async def test_an_unknown_code_is_refused_with_the_known_ones(world: World) -> None:
    admin = world.people("admin")
    for path in (
        "/v1/tasks?kind=NONE",
        "/v1/tasks?box=none",
        "/v1/tasks?flow=none",
        "/v1/approvals?status=NONE",
        "/v1/approvals?subject_type=none",
        "/v1/approvals?flow=none",
    ):
        answer = await admin.get(path)
        assert answer.status_code == 422, path
        known = "RUNNING" if "status" in path else "tas_2_1" if "flow" in path else "'"
        assert known in answer.text, answer.text


async def test_a_wrong_value_of_a_list_names_its_parameter(world: World) -> None:
    answer = await world.people("chen.jing").get("/v1/tasks?kind=ASSIGNED&kind=FOO")
    assert answer.status_code == 422
    assert answer.json()["detail"] == "Faults in: kind."
    assert [one["parameter"] for one in answer.json()["errors"]] == ["kind"]
