"""Flow definitions over HTTP: validated, drafted, published, retired."""

from __future__ import annotations

import runpy
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import delete, select, text

from approval_service.api.flow_views import DraftSummary
from approval_service.commands.publishing_flows import PublishDefinition, publish_definition
from approval_service.configuration.configured import configured
from approval_service.domain.flows.errors import DefinitionVersionTaken
from approval_service.read_models.flows import flows
from approval_service.service import SERVICE
from opentas_shared.domain.time import Moment
from opentas_shared.persistence.recorded import Context
from tests.service.approval.world import INITIATION

if TYPE_CHECKING:
    import httpx

    from tests.service.approval.world import World

MINE = "my_flow"


def content(**changes: Any) -> dict[str, Any]:
    node = {"id": "one", "labels": {"zh": "一", "en": "One"}, "approvers": [{"role": "legal"}]}
    return {
        "flow": MINE,
        "number": "MY 1",
        "labels": {"zh": "流程", "en": "Flow"},
        "subject": "opportunity",
        "nodes": [node],
        **changes,
    }


async def drafted(client: httpx.AsyncClient, **changes: Any) -> dict[str, Any]:
    answer = await client.post(f"/v1/flows/{MINE}/drafts", json=content(**changes))
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/flows/{MINE}/drafts/{answer.json()['draft_id']}"
    body: dict[str, Any] = answer.json()
    return body


async def publish(client: httpx.AsyncClient, draft: dict[str, Any]) -> httpx.Response:
    return await client.post(
        f"/v1/flows/{MINE}/drafts/{draft['draft_id']}/publication",
        headers={"if-match": str(draft["version"])},
    )


async def test_a_definition_is_judged_with_all_its_faults(world: World) -> None:
    admin = world.people("admin")
    wrong = content(
        nodes=[
            {
                "id": "one",
                "labels": {"zh": "一", "en": "One"},
                "approvers": [{"role": "wizard"}, {"user": "nobody"}],
                "when": "amount_grade == 'D'",
            }
        ]
    )
    answer = await admin.post("/v1/flow-definitions/validation", json=wrong)
    assert answer.status_code == 200
    assert [(one["code"], one["pointer"]) for one in answer.json()["faults"]] == [
        ("ROLE_UNKNOWN", "/nodes/0/approvers/0"),
        ("PERSON_UNKNOWN", "/nodes/0/approvers/1"),
        ("CONDITION_NEVER_HOLDS", "/nodes/0/when"),
    ]
    right = await admin.post("/v1/flow-definitions/validation", json=content())
    assert right.json() == {"valid": True, "faults": []}


async def test_faults_of_the_shape_have_places_in_the_definition(world: World) -> None:
    admin = world.people("admin")
    node = {"id": "one", "labels": {"zh": "一"}, "approvers": [], "mode": "SOME"}
    answer = await admin.post("/v1/flow-definitions/validation", json=content(nodes=[node]))
    assert not answer.json()["valid"]
    assert sorted(one["pointer"] for one in answer.json()["faults"]) == [
        "/nodes/0/approvers",
        "/nodes/0/labels/en",
        "/nodes/0/mode",
    ]
    refused = await admin.post(f"/v1/flows/{MINE}/drafts", json=content(nodes=[node]))
    assert refused.status_code == 422
    assert refused.json()["code"] == "DEFINITION_INVALID"


async def test_a_definition_may_be_yaml(world: World) -> None:
    answer = await world.people("admin").post(
        "/v1/flow-definitions/validation", content="flow: x: y"
    )
    assert answer.json()["faults"][0]["code"] == "NOT_READABLE"


async def test_a_draft_is_changed_published_and_then_in_force(world: World) -> None:
    admin = world.people("admin")
    draft = await drafted(admin, nodes=[{**content()["nodes"][0], "when": "amount_grade =="}])
    assert draft["faults"][0]["code"] == "EXPRESSION_WRONG"
    refused = await publish(admin, draft)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["pointer"] == "/nodes/0/when"

    changed = await admin.put(
        f"/v1/flows/{MINE}/drafts/{draft['draft_id']}",
        json=content(),
        params={"note": "mended"},
        headers={"if-match": str(draft["version"])},
    )
    assert changed.status_code == 200, changed.text
    assert changed.json()["faults"] == []
    assert changed.json()["note"] == "mended"
    stale = await publish(admin, draft)
    assert stale.status_code == 412

    published = await publish(admin, changed.json())
    assert published.status_code == 200, published.text
    assert published.json()["state"] == "IN_USE"
    assert published.json()["latest_version"] == 1
    listed = await admin.get(f"/v1/flows/{MINE}/drafts")
    assert listed.json()["items"] == []
    version = await admin.get(f"/v1/flow-definitions/{MINE}")
    assert version.json()["content"] == content(version=1)
    assert version.json()["nodes"][0]["id"] == "one"
    history = await admin.get(f"/v1/flows/{MINE}/history")
    assert [one["type"] for one in history.json()["items"]] == [
        "flow.registered",
        "flow.draft_saved",
        "flow.draft_saved",
        "flow.version_published",
    ]


async def test_a_draft_is_read_listed_and_discarded(world: World) -> None:
    admin = world.people("admin")
    draft = await drafted(admin)
    path = f"/v1/flows/{MINE}/drafts/{draft['draft_id']}"
    assert (await admin.get(path)).json() == draft
    listed = (await admin.get(f"/v1/flows/{MINE}/drafts")).json()["items"]
    assert [one["draft_id"] for one in listed] == [draft["draft_id"]]
    assert set(listed[0]) == set(DraftSummary.model_fields)
    assert (await admin.get(f"/v1/flows/other/drafts/{draft['draft_id']}")).status_code == 404
    gone = await admin.request("DELETE", path, headers={"if-match": "*"})
    assert gone.status_code == 200
    assert gone.json()["state"] == "UNPUBLISHED"
    assert (await admin.get(path)).status_code == 404
    assert (await publish(admin, {**draft, "version": "*"})).status_code == 404


async def test_a_draft_is_of_the_flow_of_its_path_and_by_administrators(world: World) -> None:
    other = await world.people("admin").post("/v1/flows/other/drafts", json=content())
    assert other.status_code == 422
    assert other.json()["errors"][0]["code"] == "FLOW_DIFFERS"
    refused = await world.people("chen.jing").post(f"/v1/flows/{MINE}/drafts", json=content())
    assert refused.status_code == 403


async def test_a_retired_flow_starts_nothing_and_lets_run_what_runs(world: World) -> None:
    admin = world.people("admin")
    running = world.ask()
    flow = (await admin.get(f"/v1/flows/{INITIATION}")).json()
    assert flow["state"] == "IN_USE"
    retired = await admin.post(
        f"/v1/flows/{INITIATION}/retirement",
        json={"reason": "reorganised"},
        headers={"if-match": str(flow["version"])},
    )
    assert retired.json()["state"] == "RETIRED"
    refused = await world.read(world.ask())
    assert (refused["status"], refused["reason_code"]) == ("NOT_STARTED", "NO_DEFINITION")
    assert (await world.read(running))["status"] == "RUNNING"
    decided = await world.act("zhao.min", "approval", running)
    assert decided.status_code == 200

    again = await admin.post(
        f"/v1/flows/{INITIATION}/retirement", json={"reason": "x"}, headers={"if-match": "*"}
    )
    assert again.status_code == 409
    back = await admin.post(
        f"/v1/flows/{INITIATION}/reinstatement", json={"reason": "x"}, headers={"if-match": "*"}
    )
    assert back.json()["state"] == "IN_USE"
    assert (await world.read(world.ask()))["status"] == "RUNNING"


async def test_shipped_files_do_not_fight_with_published_versions(world: World) -> None:
    shipped = next(one for one in configured().definitions if one.flow == INITIATION)
    admin = world.people("admin")
    file = (await admin.get(f"/v1/flow-definitions/{INITIATION}")).json()["content"]
    own = {**file, "reversible_hours": 5}
    draft = (await admin.post(f"/v1/flows/{INITIATION}/drafts", json=own)).json()
    await admin.post(
        f"/v1/flows/{INITIATION}/drafts/{draft['draft_id']}/publication", headers={"if-match": "*"}
    )

    def start(definition: Any) -> None:
        command = PublishDefinition(definition, Moment.now())
        world.resources.executor.submit(
            lambda work: publish_definition(command, work), Context(actor="test")
        ).result()

    start(shipped)
    in_force = (await admin.get(f"/v1/flow-definitions/{INITIATION}")).json()
    assert in_force["version"] == shipped.version + 1
    assert in_force["content"]["reversible_hours"] == 5
    with pytest.raises(DefinitionVersionTaken, match=f"version {shipped.version + 2}"):
        start(replace(shipped, reversible_hours=9))


async def test_the_migration_knows_the_flows_that_were_published_before(world: World) -> None:
    path = SERVICE.migrations / "versions" / "0003_flows_and_drafts.py"
    migration = runpy.run_path(str(path))
    with world.resources.database.begin() as connection:
        kept = select(flows).order_by(flows.c.flow)
        by_events = connection.execute(kept).mappings().all()
        connection.execute(delete(flows))
        connection.execute(text(migration["KNOWN_FLOWS"]))
        assert connection.execute(kept).mappings().all() == by_events
    assert len(by_events) == len({one.flow for one in configured().definitions})
