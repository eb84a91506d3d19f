"""Rehearsals over HTTP: a definition over recorded approvals, and nothing is changed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, text

from approval_service.commands.importing_organisation import (
    ImportOrganisation,
    import_organisation,
)
from approval_service.commands.rehearsing import jobs
from approval_service.commands.rehearsing.running import Period, Stopped, rehearse
from approval_service.configuration.organisation_file import parse
from approval_service.domain.flows.definition import Definition
from approval_service.read_models.metadata import metadata
from approval_service.read_models.rehearsals import rehearsals
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment, utc_now
from opentas_shared.persistence.recorded import Context
from tests.service.approval.world import INITIATION

if TYPE_CHECKING:
    from tests.service.approval.world import World

PERIOD = {"from": "2020-01-01T00:00:00Z", "to": "2100-01-01T00:00:00Z"}
LEGAL = {"id": "legal", "labels": {"zh": "法务", "en": "Legal"}, "approvers": [{"role": "legal"}]}


async def rehearsed(world: World, **body: Any) -> dict[str, Any]:
    answer = await world.people("admin").post(
        "/v1/flow-definitions/rehearsals", json={"flow": INITIATION, **PERIOD, **body}
    )
    assert answer.status_code in (201, 202), answer.text
    view: dict[str, Any] = answer.json()
    assert answer.headers["location"] == f"/v1/flow-definitions/rehearsals/{view['id']}"
    return view


async def content(world: World) -> dict[str, Any]:
    answer = await world.people("admin").get(f"/v1/flow-definitions/{INITIATION}")
    found: dict[str, Any] = answer.json()["content"]
    return found


def reorganise(world: World, file: str) -> None:
    command = ImportOrganisation(parse(file), Moment.now())
    world.resources.executor.submit(
        lambda work: import_organisation(command, work), Context(actor="test")
    ).result()


@pytest.fixture
async def history(world: World) -> dict[str, Any]:
    """Approvals of every kind, and a change of the organisation between them."""
    small = world.ask()
    assert (await world.act("zhao.min", "approval", small)).status_code == 200
    refused = world.ask(submitter="zhang.hong")
    assert (await world.act("zhao.min", "rejection", refused, comment="no")).status_code == 200
    returned = world.ask(strategic_grade="STRATEGIC")
    assert (await world.act("zhao.min", "return", returned)).status_code == 200
    assert (await world.act("chen.jing", "resubmission", returned)).status_code == 200
    assert (await world.act("zhao.min", "approval", returned)).status_code == 200
    assert (await world.act("wu.hao", "approval", returned)).status_code == 200
    across = world.ask(amount_grade="A")
    assert (await world.act("zhao.min", "approval", across)).status_code == 200
    reorganise(
        world,
        "people:\n"
        "  - {id: zheng.kai, name: 郑凯, department: delivery, active: false}\n"
        "  - {id: new.boss, name: 新, department: delivery, posts: [delivery_manager]}\n",
    )
    assert (await world.act("wu.hao", "approval", across)).status_code == 200
    assert (await world.act("new.boss", "approval", across)).status_code == 200
    return {"small": small, "refused": refused, "running": returned, "across": across}


def everything(world: World) -> dict[str, Any]:
    """The number of rows and a checksum of every table but that of the rehearsals."""
    found = {}
    with world.resources.database.read() as connection:
        for table in metadata.sorted_tables:
            if table is not rehearsals:
                rows = "string_agg(one::text, ',' ORDER BY one::text)"
                whole = f"SELECT count(*), md5({rows}) FROM {table.name} one"
                found[table.name] = connection.execute(text(whole)).one()
    return found


async def test_the_live_definition_reproduces_the_real_routing(
    world: World, history: dict[str, Any]
) -> None:
    result = (await rehearsed(world))["result"]
    assert (result["approvals"], result["changed"], result["changes"]) == (4, 0, [])
    people = {one["person_id"]: (one["before"], one["after"]) for one in result["people"]}
    assert people["new.boss"] == (1, 1)
    assert people["zheng.kai"] == (1, 1), "asked in the second round, before the change"
    outcomes = {one["outcome"]: one["after"] for one in result["outcomes"]}
    assert outcomes == {"APPROVED": 2, "REJECTED": 1, "RUNNING": 1}


async def test_a_draft_shows_who_would_have_more_to_do(
    world: World, history: dict[str, Any]
) -> None:
    file = await content(world)
    nodes = [LEGAL, *(node for node in file["nodes"] if node["id"] != "solution_review")]
    view = await rehearsed(world, definition={**file, "nodes": nodes})
    result = view["result"]
    assert (result["approvals"], result["changed"]) == (4, 4)
    nodes_ = {one["node"]: (one["before"], one["after"]) for one in result["nodes"]}
    assert nodes_["legal"] == (0, 5), "each round anew"
    assert nodes_["solution_review"] == (2, 0)
    people = {one["person_id"]: (one["before"], one["after"]) for one in result["people"]}
    assert people["jiang.bo"] == (0, 5)
    assert people["wu.hao"] == (2, 0)
    first = result["changes"][0]
    assert first["url"] == f"/v1/approvals/{history['small']}"
    assert first["after"][0]["node"] == "legal"


async def test_the_same_input_gives_the_same_answer_and_changes_nothing(
    world: World, history: dict[str, Any]
) -> None:
    file = await content(world)
    changed = {**file, "nodes": [*file["nodes"], LEGAL]}
    before = everything(world)
    first = await rehearsed(world, definition=changed)
    second = await rehearsed(world, definition=changed)
    assert first["result"] == second["result"]
    assert everything(world) == before
    read = await world.people("admin").get(f"/v1/flow-definitions/rehearsals/{first['id']}")
    assert read.json() == first


async def test_what_an_import_brought_in_goes_the_way_that_it_went(world: World) -> None:
    admin = world.people("admin", roles={"admin", "importer"})
    labels = {"zh": "一", "en": "One"}
    node = {"id": "next", "labels": labels, "approvers": [{"approver_choice": True}]}
    back = {**node, "on_rejection": {"back_to": "submitter"}}
    own = {"flow": "own", "number": "1", "labels": labels, "subject": "document", "nodes": [back]}
    draft = (await admin.post("/v1/flows/own/drafts", json=own)).json()
    published = await admin.post(
        f"/v1/flows/own/drafts/{draft['draft_id']}/publication", headers={"if-match": "*"}
    )
    assert published.status_code == 200, published.text
    first, second = ({"person_id": f"unknown-{no}", "role": f"r{no}"} for no in (1, 2))
    steps = [
        {"step": "SUBMIT", "next": first},
        {"step": "REJECT", "by": first},
        {"step": "SUBMIT", "next": first},
        {"step": "APPROVE", "by": first, "next": second},
        {"step": "APPROVE", "by": second},
    ]
    for day, step in enumerate(steps, 1):
        step["effective_at"] = f"2024-03-0{day}T09:00:00Z"
    about = {"natural_key": "d1", "flow": "own", "subject_id": "d1", "submitter_id": "somebody"}
    imported = await admin.post("/v1/approvals/batch", json={"items": [{**about, "steps": steps}]})
    assert imported.json()["items"][0]["status"] < 300, imported.text
    result = (await rehearsed(world, flow="own"))["result"]
    assert (result["approvals"], result["changed"]) == (1, 0)
    assert [one["after"] for one in result["people"]] == [2, 1]


async def test_only_the_approvals_of_the_period_count(
    world: World, history: dict[str, Any]
) -> None:
    answer = await rehearsed(world, to="2020-02-01T00:00:00Z")
    assert answer["result"]["approvals"] == 0


async def test_a_long_rehearsal_runs_beside_the_others(
    world: World, history: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    at_once = (await rehearsed(world))["result"]
    settings = world.resources.settings.model_copy(update={"approval_rehearsal_at_once": 0})
    monkeypatch.setattr(world.resources, "settings", settings)
    view = await rehearsed(world)
    path = f"/v1/flow-definitions/rehearsals/{view['id']}"
    async with asyncio.timeout(30):
        while view["state"] == "RUNNING":
            view = (await world.people("admin").get(path)).json()
    assert (view["state"], view["done"], view["total"]) == ("DONE", 4, 4)
    assert view["result"] == at_once


async def test_long_rehearsals_take_turns_and_can_be_cancelled(
    world: World, history: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = world.resources.settings.model_copy(update={"approval_rehearsal_at_once": 0})
    monkeypatch.setattr(world.resources, "settings", settings)
    begun: list[Any] = []
    monkeypatch.setattr(jobs, "_run", lambda *job: begun.append(job))
    view = await rehearsed(world)
    assert view["state"] == "RUNNING"
    admin = world.people("admin")
    second = await admin.post(
        "/v1/flow-definitions/rehearsals", json={"flow": INITIATION, **PERIOD}
    )
    assert second.status_code == 409
    assert second.json()["rehearsal_id"] == view["id"]
    cancelled = await admin.delete(f"/v1/flow-definitions/rehearsals/{view['id']}")
    assert cancelled.json()["state"] == "CANCELLED"
    monkeypatch.undo()
    jobs._run(*begun[0])
    read = await admin.get(f"/v1/flow-definitions/rehearsals/{view['id']}")
    assert (read.json()["state"], read.json()["result"]) == ("CANCELLED", None)


def test_what_nobody_wants_any_more_stops(world: World) -> None:
    world.ask()
    with world.resources.database.read() as connection:
        row = connection.execute(select(metadata.tables["flow_definitions"])).mappings().first()
    assert row is not None
    period = Period(INITIATION, utc_now().replace(year=2020), utc_now().replace(year=2100))
    definition = Definition.from_dict(row["definition"])
    with pytest.raises(Stopped):
        rehearse(world.resources.database, period, definition, lambda done: False)


async def test_wrong_questions_are_refused(world: World) -> None:
    admin = world.people("admin")

    async def refusal(**body: Any) -> int:
        asked = {"flow": INITIATION, **PERIOD, **body}
        return (await admin.post("/v1/flow-definitions/rehearsals", json=asked)).status_code

    assert await refusal(to="2019-01-01T00:00:00Z") == 422
    assert await refusal(flow="none") == 404
    assert await refusal(version=1, draft_id=str(new_id())) == 422
    wrong = {**await content(world), "nodes": [{**LEGAL, "approvers": [{"role": "wizard"}]}]}
    assert await refusal(definition=wrong) == 422
    forbidden = await world.people("chen.jing").post(
        "/v1/flow-definitions/rehearsals", json={"flow": INITIATION, **PERIOD}
    )
    assert forbidden.status_code == 403
    missing = await admin.get(f"/v1/flow-definitions/rehearsals/{new_id()}")
    assert missing.status_code == 404
