"""Approvals over HTTP: from the request to the end, with the inbox."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from approval_service.service import SERVICE
from opentas_shared.domain.time import utc_now
from opentas_shared.messaging.translation import Translation

if TYPE_CHECKING:
    from tests.service.approval.world import World

DIRECTOR = "zhao.min"


async def test_a_small_opportunity_needs_the_sales_director_only(world: World) -> None:
    id = world.ask()
    body = await world.read(id)
    assert (body["status"], body["current_node"]) == ("RUNNING", "sales_director")
    assert body["flow_name_zh"] == "商机立项流程"
    tasks_now = body["rounds"][0]["nodes"][0]["tasks"]
    assert [task["assignee_id"] for task in tasks_now] == ["admin", DIRECTOR]

    answer = await world.act(DIRECTOR, "approval", id, comment="go")

    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert body["status"] == "APPROVED"
    assert [(n["node"], n["status"], n["reason_code"]) for n in body["rounds"][0]["nodes"]] == [
        ("sales_director", "APPROVED", "DIRECTORY"),
        ("solution_review", "SKIPPED", "CONDITION_FALSE"),
        ("delivery_review", "SKIPPED", "CONDITION_FALSE"),
    ]
    done = {t["assignee_id"]: t for t in body["rounds"][0]["nodes"][0]["tasks"]}
    assert (done[DIRECTOR]["status"], done[DIRECTOR]["comment"]) == ("APPROVED", "go")
    assert (done["admin"]["status"], done["admin"]["reason_code"]) == ("CLOSED", "DONE_BY_OTHER")
    assert body == await world.read(id)


async def test_a_large_one_passes_all_three_nodes_with_its_facts_pinned(world: World) -> None:
    id = world.ask(amount_grade="A", base_amount_minor=2_000_000_00)
    for person in (DIRECTOR, "wu.hao", "zheng.kai"):
        assert (await world.act(person, "approval", id)).status_code == 200
    body = await world.read(id)
    assert body["status"] == "APPROVED"
    assert (body["facts"]["amount_grade"], body["facts"]["base_amount_minor"]) == (
        "A",
        2_000_000_00,
    )


@pytest.mark.parametrize(
    ("flow", "more", "nodes"),
    [
        ("tas_2_3_presales_resource_request", {}, ["solution_manager"]),
        (
            "tas_2_3_presales_resource_request",
            {"probability_grade": "LOW"},
            ["department_head", "solution_manager"],
        ),
        ("tas_6_3_bid_approval", {}, ["sales_director"]),
        (
            "tas_6_3_bid_approval",
            {"base_amount_minor": 5_000_000_01},
            ["sales_director", "general_manager"],
        ),
        ("tas_6_3_bid_approval", {"base_amount_minor": None}, ["sales_director"]),
        (
            "tas_7_1_contract_scope_review",
            {},
            ["account_head", "solution_manager", "delivery_manager"],
        ),
    ],
)
async def test_the_four_flows_ask_by_grade(
    world: World, flow: str, more: dict[str, object], nodes: list[str]
) -> None:
    id = world.ask(flow, **more)
    asked = []
    while (body := await world.read(id))["status"] == "RUNNING":
        asked.append(body["current_node"])
        person = body["rounds"][0]["nodes"][-1]["tasks"][-1]["assignee_id"]
        assert (await world.act(person, "approval", id)).status_code == 200
    assert (asked, body["status"]) == (nodes, "APPROVED")


async def test_the_head_of_department_never_approves_an_own_request(world: World) -> None:
    id = world.ask("tas_2_3_presales_resource_request", "li.wei", probability_grade="LOW")
    body = await world.read(id)
    node = body["rounds"][0]["nodes"][0]
    assert [task["assignee_id"] for task in node["tasks"]] == [DIRECTOR]


async def test_return_and_resubmission_keep_all_rounds(world: World) -> None:
    id = world.ask(form={"reason": "first"})
    returned = await world.act(DIRECTOR, "return", id, comment="why us?")
    assert returned.json()["status"] == "RETURNED"

    not_mine = await world.act(DIRECTOR, "resubmission", id)
    assert (not_mine.status_code, not_mine.json()["policy"]) == (403, "approval:submitter")

    again = await world.act(
        "chen.jing", "resubmission", id, form={"reason": "second"}, comment="added"
    )
    body = again.json()
    assert (body["status"], body["round"]) == ("RUNNING", 2)
    assert [r["form"] for r in body["rounds"]] == [{"reason": "first"}, {"reason": "second"}]
    assert [r["outcome"] for r in body["rounds"]] == ["RETURNED", None]
    assert body["rounds"][0]["nodes"][0]["tasks"][1]["comment"] == "why us?"
    assert (await world.act(DIRECTOR, "rejection", id, comment="no")).json()["status"] == "REJECTED"


async def test_outside_the_data_scope_there_is_nothing(world: World) -> None:
    id = world.ask()
    stranger = world.people("guo.xin")
    assert (await stranger.get(f"/v1/approvals/{id}")).status_code == 404
    assert (await stranger.get(f"/v1/approvals/{id}/history")).status_code == 404
    assert (await world.act("guo.xin", "approval", id)).status_code == 404
    assert (await stranger.get("/v1/approvals")).json()["items"] == []
    for allowed in ("chen.jing", "li.wei", DIRECTOR):
        listed = (await world.people(allowed).get("/v1/approvals")).json()["items"]
        assert [item["id"] for item in listed] == [str(id)], allowed
    assert (await world.people("feng.lan").get("/v1/approvals")).json()["items"] == []


async def test_who_sees_it_but_was_not_asked_is_refused_by_the_named_policy(world: World) -> None:
    id = world.ask()
    refused = await world.act("chen.jing", "approval", id)
    assert (refused.status_code, refused.json()["policy"]) == (403, "task:assignee")
    closed = world.ask()
    await world.act(DIRECTOR, "approval", closed, comment="")
    late = await world.act("admin", "rejection", closed)
    assert (late.status_code, late.json()["code"]) == (409, "ILLEGAL_TRANSITION")
    assert late.json()["allowed_commands"] == ["reversal", "copy", "comment"]
    returned = world.ask()
    await world.act(DIRECTOR, "return", returned)
    late = await world.act(DIRECTOR, "approval", returned)
    assert late.json()["allowed_commands"] == [
        "withdrawal",
        "resubmission",
        "revocation",
        "copy",
        "comment",
        "termination",
    ]


async def test_an_administrator_acts_on_behalf(world: World) -> None:
    id = world.ask("tas_2_3_presales_resource_request")
    body = {"on_behalf_of": "wu.hao", "on_behalf_reason": "on leave"}
    nobody = await world.act("chen.jing", "approval", id, **body)
    assert (nobody.status_code, nobody.json()["policy"]) == (403, "role:admin")
    silent = await world.act("admin", "approval", id, on_behalf_of="wu.hao")
    assert (silent.status_code, silent.json()["code"]) == (422, "REASON_MISSING")
    done = await world.act("admin", "approval", id, **body)
    tasks = [task for node in done.json()["rounds"][0]["nodes"] for task in node["tasks"]]
    task = next(task for task in tasks if task["assignee_id"] == "wu.hao")
    assert (task["decided_by"], task["on_behalf_of"]) == ("admin", "wu.hao")
    assert task["on_behalf_reason"] == "on leave"
    _, recorded = world.resources.events.history(id)[-1]
    assert (recorded.actor, recorded.metadata["on_behalf_of"]) == ("admin", "wu.hao")


async def test_versions_and_repeated_requests(world: World) -> None:
    id = world.ask()
    path = f"/v1/approvals/{id}/approval"
    director = world.people(DIRECTOR)
    assert (await director.post(path, json={})).status_code == 428
    assert (await director.post(path, json={}, headers={"if-match": '"1"'})).status_code == 412
    tag = (await director.get(f"/v1/approvals/{id}")).headers["etag"]
    headers = {"if-match": tag, "idempotency-key": "once"}
    first = await director.post(path, json={"comment": "ok"}, headers=headers)
    again = await director.post(path, json={"comment": "ok"}, headers=headers)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first.json()
    cached = await director.get(
        f"/v1/approvals/{id}", headers={"if-none-match": first.headers["etag"]}
    )
    assert cached.status_code == 304


async def test_only_one_of_several_racing_decisions_counts(world: World) -> None:
    id = world.ask()
    tag = f'"{(await world.read(id))["version"]}"'
    answers = await asyncio.gather(
        world.act(DIRECTOR, "approval", id, tag),
        world.act("admin", "rejection", id, tag),
        world.act("admin", "return", id, "*"),
    )
    refused = [answer.json()["code"] for answer in answers if answer.status_code != 200]
    assert len(refused) == 2
    assert set(refused) <= {"STALE_VERSION", "ILLEGAL_TRANSITION"}
    nodes = (await world.read(id))["rounds"][0]["nodes"]
    assert sum(bool(task["decided_by"]) for node in nodes for task in node["tasks"]) == 1


async def test_a_request_that_arrives_twice_starts_one_approval(world: World) -> None:
    opportunity = uuid4()
    id = world.ask(opportunity_id=opportunity)
    before = await world.read(id)
    assert world.ask(opportunity_id=opportunity) == id
    assert await world.read(id) == before


@pytest.mark.parametrize(
    ("flow", "submitter", "reason"),
    [
        ("tas_9_9_unknown", "chen.jing", "NO_DEFINITION"),
        ("tas_2_1_opportunity_initiation", "nobody", "SUBMITTER_UNKNOWN"),
    ],
)
async def test_why_it_did_not_start(world: World, flow: str, submitter: str, reason: str) -> None:
    id = world.ask(flow, submitter)
    body = await world.read(id)
    assert (body["status"], body["reason_code"], body["rounds"]) == ("NOT_STARTED", reason, [])
    assert body["reason"]


async def test_what_is_published_carries_facts_and_no_words(world: World) -> None:
    id = world.ask()
    await world.act(DIRECTOR, "approval", id, comment="secret words")
    translation = Translation(SERVICE.source, SERVICE.publishing)
    stored = world.resources.events.after(0, 1000)
    records = [
        record.value.decode()
        for record in translation.records(stored)
        if record.topic.endswith("approval.v1")
    ]
    names = [text.split('"type":"org.opentas.approval.')[1].split(".v1")[0] for text in records]
    assert names == [
        "started",
        "node_activated",
        "task_assigned",
        "task_assigned",
        "task_decided",
        "task_closed",
        "node_completed",
        "completed",
    ]
    assert not any("secret words" in text for text in records)
    everything = [record.value.decode() for record in translation.records(stored)]
    assert not any("陈静" in text for text in everything)


async def test_history_and_allowed_commands(world: World) -> None:
    id = world.ask()
    history = (await world.people(DIRECTOR).get(f"/v1/approvals/{id}/history")).json()["items"]
    assert [entry["type"] for entry in history][:3] == [
        "approval.requested",
        "approval.started",
        "approval.node_activated",
    ]

    async def allowed(who: str) -> set[str]:
        answer = await world.people(who).get(f"/v1/approvals/{id}/allowed-commands")
        return {item["command"] for item in answer.json()["items"] if item["allowed"]}

    at_rest = {"copy", "comment"}
    of_task = {"approval", "rejection", "return", "signer", "transfer", "delegation", "claim"}
    assert await allowed(DIRECTOR) == {*of_task, *at_rest}
    submitting = {"recall", "revocation", "urge"}
    assert await allowed("chen.jing") == {*submitting, *at_rest}
    await world.act(DIRECTOR, "return", id)
    assert await allowed("chen.jing") == {"resubmission", "revocation", *at_rest}
    assert await allowed(DIRECTOR) == {"withdrawal", *at_rest}
    answer = await world.people("admin").get(f"/v1/approvals/{id}/allowed-commands")
    items = {item["command"]: item for item in answer.json()["items"]}
    assert items["resubmission"]["allowed"]
    assert items["resubmission"]["required_fields"] == ["on_behalf_of", "on_behalf_reason"]
    assert items["termination"]["required_fields"] == ["comment"]
    assert items["jump"]["reasons"][0]["rule"] == "ILLEGAL_TRANSITION"


async def test_an_importer_decides_in_the_past(world: World) -> None:
    asked = utc_now() - timedelta(days=10)
    id = world.ask(at=asked)
    body = {"on_behalf_of": DIRECTOR, "on_behalf_reason": "import"}
    refused = await world.act(DIRECTOR, "approval", id, effective_at=utc_now().isoformat())
    assert refused.status_code == 403
    early = (asked - timedelta(hours=1)).isoformat()
    back = await world.act("admin", "approval", id, effective_at=early, **body)
    assert back.json()["code"] == "EFFECTIVE_TIME_GOES_BACK"
    when = asked + timedelta(hours=5)
    done = await world.act("admin", "approval", id, effective_at=when.isoformat(), **body)
    assert done.status_code == 200
    assert done.json()["completed_at"].startswith(when.isoformat()[:19])


async def test_lists_filter_and_sort(world: World) -> None:
    first = world.ask()
    second = world.ask("tas_2_3_presales_resource_request")
    admin = world.people("admin")

    async def ids(query: str) -> list[str]:
        return [i["id"] for i in (await admin.get(f"/v1/approvals?{query}")).json()["items"]]

    assert await ids("sort=created_at") == [str(first), str(second)]
    assert await ids("flow=tas_2_3_presales_resource_request") == [str(second)]
    assert await ids("assignee_id=wu.hao") == [str(second)]
    assert await ids("status=APPROVED") == []
    assert await ids("submitter_id=chen.jing&status=RUNNING&status=APPROVED") == [
        str(second),
        str(first),
    ]
    subject = (await world.read(first))["subject_id"]
    assert await ids(f"subject_id={subject}") == [str(first)]
