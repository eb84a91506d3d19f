"""Long-term delegations over HTTP, and who is asked then."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from approval_service.read_models.delegations import delegations
from approval_service.read_models.deputies import Resolved, deputy_of
from opentas_shared.persistence.rows import Rows, RowStore

if TYPE_CHECKING:
    import httpx

    from tests.service.approval.world import World

BID = "tas_6_3_bid_approval"


def soon(days: float) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).isoformat()


async def grant(world: World, who: str, deputy: str, **fields: Any) -> httpx.Response:
    body = {"deputy_id": deputy, "until_at": soon(7), **fields}
    return await world.people(who).post("/v1/delegations", json=body)


def asked(world: World, person: str, flow: str = BID, days: float = 1) -> Resolved:
    with world.resources.database.begin() as connection:
        at = datetime.now(UTC) + timedelta(days=days)
        return deputy_of(Rows(RowStore(connection)), person, flow, at)


async def test_a_life_of_a_delegation(world: World) -> None:
    made = await grant(world, "li.wei", "zhao.min", flows=[BID], reason="年假")
    assert made.status_code == 201, made.text
    one = made.json()
    assert (one["principal_id"], one["granted_by"], one["flows"]) == ("li.wei", "li.wei", [BID])
    assert asked(world, "li.wei") == Resolved("zhao.min", ("li.wei", "zhao.min"))
    assert asked(world, "li.wei", "tas_7_1_contract_scope_review").deputy == "li.wei"
    assert asked(world, "li.wei", days=8).deputy == "li.wei"

    client = world.people("li.wei")
    path = made.headers["location"]
    read = await client.get(path)
    assert read.json() == one
    assert (await client.get(path, headers={"if-none-match": '"1"'})).status_code == 304
    (command,) = (await client.get(f"{path}/allowed-commands")).json()["items"]
    assert (command["allowed"], command["required_fields"]) == (True, [])

    stale = await client.post(f"{path}/revocation", json={}, headers={"if-match": '"9"'})
    assert stale.status_code == 412
    revoked = await client.post(f"{path}/revocation", json={}, headers={"if-match": '"1"'})
    assert (revoked.status_code, revoked.json()["revoked_by"]) == (200, "li.wei")
    assert asked(world, "li.wei").deputy == "li.wei"
    again = await client.post(f"{path}/revocation", json={}, headers={"if-match": '"2"'})
    assert (again.status_code, again.json()["current_state"]) == (409, "REVOKED")
    history = (await client.get(f"{path}/history")).json()["items"]
    assert [entry["type"] for entry in history] == ["delegation.granted", "delegation.revoked"]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"deputy_id": "li.wei"}, "/deputy_id", "SELF"),
        ({"deputy_id": "nobody"}, "/deputy_id", "UNKNOWN"),
        ({"deputy_id": "gone"}, "/deputy_id", "INACTIVE"),
        ({"deputy_id": "zhao.min", "flows": ["tas_9"]}, "/flows", "UNKNOWN"),
        ({"deputy_id": "zhao.min", "from_at": soon(9)}, "/until_at", "PERIOD_REVERSED"),
        (
            {"deputy_id": "zhao.min", "from_at": soon(-9), "until_at": soon(-7)},
            "/until_at",
            "PERIOD_OVER",
        ),
    ],
)
async def test_bad_input_says_how_to_mend_it(
    world: World, body: dict[str, Any], pointer: str, code: str
) -> None:
    content = "people: [{id: gone, name: G, active: false}]"
    await world.people("admin").post("/v1/organisation/import", content=content)
    refused = await grant(world, "li.wei", **{"deputy": body.pop("deputy_id"), **body})
    assert (refused.status_code, refused.json()["code"]) == (422, "DELEGATION_INVALID")
    (error,) = refused.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


async def test_administrators_grant_for_others_with_a_reason(world: World) -> None:
    refused = await grant(world, "chen.jing", "liu.yang", principal_id="li.wei", reason="x")
    assert (refused.status_code, refused.json()["policy"]) == (403, "delegation:principal")
    bare = await grant(world, "admin", "liu.yang", principal_id="li.wei")
    assert (bare.status_code, bare.json()["errors"][0]["pointer"]) == (422, "/reason")
    made = await grant(world, "admin", "liu.yang", principal_id="li.wei", reason="ill")
    assert (made.status_code, made.json()["granted_by"]) == (201, "admin")
    path = made.headers["location"]
    (command,) = (await world.people("admin").get(f"{path}/allowed-commands")).json()["items"]
    assert (command["allowed"], command["required_fields"]) == (True, ["reason"])
    (command,) = (await world.people("liu.yang").get(f"{path}/allowed-commands")).json()["items"]
    assert (command["allowed"], command["reasons"][0]["rule"]) == (False, "delegation:principal")
    assert (await world.people("sun.tao").get(path)).status_code == 404


async def test_a_second_deputy_and_a_circle_conflict(world: World) -> None:
    assert (await grant(world, "li.wei", "zhao.min")).status_code == 201
    second = await grant(world, "li.wei", "sun.tao", flows=[BID])
    assert (second.status_code, second.json()["code"]) == (409, "DELEGATION_CONFLICT")
    back = await grant(world, "zhao.min", "li.wei")
    assert (back.status_code, back.json()["code"]) == (409, "DELEGATION_CONFLICT")
    assert (await grant(world, "zhao.min", "li.wei", from_at=soon(8), until_at=soon(9))).is_success


async def test_chains_are_bounded_and_skip_who_has_left(world: World) -> None:
    chain = ["li.wei", "zhao.min", "zhou.guoqiang", "wang.fang", "xu.man"]
    for person, deputy in pairwise(chain):
        assert (await grant(world, person, deputy)).status_code == 201
    assert asked(world, "li.wei") == Resolved("wang.fang", tuple(chain[:4]))
    assert asked(world, "zhou.guoqiang").deputy == "xu.man"

    left = {"if-match": "*"}
    admin = world.people("admin")
    await admin.post("/v1/people/zhou.guoqiang/deactivation", headers=left)
    assert asked(world, "li.wei").chain == tuple(chain[:4])
    await admin.post("/v1/people/wang.fang/deactivation", headers=left)
    assert asked(world, "li.wei") == Resolved("zhao.min", ("li.wei", "zhao.min"))


async def test_delegations_are_listed(world: World) -> None:
    await grant(world, "li.wei", "zhao.min", flows=[BID])
    await grant(world, "sun.tao", "zhao.min", from_at=soon(2))
    await grant(world, "qian.yu", "lin.na")

    async def found(who: str, **parameters: Any) -> list[str]:
        answer = await world.people(who).get(
            "/v1/delegations", params={"sort": "created_at", **parameters}
        )
        return [one["principal_id"] for one in answer.json()["items"]]

    assert await found("admin") == ["li.wei", "sun.tao", "qian.yu"]
    assert await found("admin", deputy_id="zhao.min", limit=1) == ["li.wei"]
    assert await found("admin", flow=BID) == ["li.wei", "sun.tao", "qian.yu"]
    assert await found("admin", flow="other") == ["sun.tao", "qian.yu"]
    assert await found("admin", in_force_at=soon(1)) == ["li.wei", "qian.yu"]
    assert await found("admin", revoked=True) == []
    assert await found("lin.na") == ["qian.yu"]
    assert await found("chen.jing") == []


async def test_names_and_reasons_stay_private(world: World) -> None:
    made = await grant(world, "li.wei", "zhao.min", reason="手术")
    feed = await world.people("admin").get("/approval-service/v1/events?limit=1000")
    published = [e for e in feed.json()["items"] if e["type"].startswith("org.opentas.delegation")]
    assert [event["data"]["delegation_id"] for event in published] == [made.json()["id"]]
    assert "手术" not in str(published)
    with world.resources.database.read() as connection:
        assert connection.execute(select(delegations.c.reason)).scalars().all() == ["手术"]
