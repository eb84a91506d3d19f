"""Lists of leads: filters, order, paging, data scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.service.lead.conftest import Calls


async def titles(calls: Calls, **parameters: Any) -> list[str]:
    answer = await calls.get("/v1/leads", **parameters)
    assert answer.status_code == 200, answer.text
    return [item["title"] for item in answer.json()["items"]]


async def test_filters(chen: Calls, call: Callable[..., Calls]) -> None:
    importer = call("robot", roles=["importer"])
    customer = (await chen.post("/v1/customers", name="Huaxin Machinery")).json()
    await importer.lead(title="old", effective_at="2020-05-01T00:00:00Z", source="WEBSITE")
    await chen.lead(title="new", customer_id=customer["id"], description="for 100% of the plant")
    lead = await chen.lead(title="fit", solution_fit="LOW", owner_id="wu.hao")
    await chen.post(f"/v1/leads/{lead['id']}/classification", 1)
    assert await titles(chen) == ["fit", "new", "old"]
    assert await titles(chen, sort="created_at") == ["old", "new", "fit"]
    assert await titles(chen, status="NEW") == ["new", "old"]
    assert await titles(chen, status=["NEW", "SCREENING"]) == ["fit", "new", "old"]
    assert await titles(chen, source="WEBSITE") == ["old"]
    assert await titles(chen, owner_id="wu.hao") == ["fit"]
    assert await titles(chen, classification="NOT_A_LEAD") == ["fit"]
    assert await titles(chen, customer_id=customer["id"]) == ["new"]
    assert await titles(chen, created_at_gte="2020-05-01T00:00:00Z", q="O") == ["new", "old"]
    assert await titles(chen, created_at_lt="2020-05-02T00:00:00+08:00") == ["old"]
    assert await titles(chen, q="100%") == ["new"]
    assert await titles(chen, q="%") == ["new"]
    assert (await chen.get("/v1/leads", sort="title")).status_code == 422


async def test_paging_stays_correct_while_rows_come_in(chen: Calls) -> None:
    for number in range(7):
        await chen.lead(title=str(number))
    first = (await chen.get("/v1/leads", limit=3, include_total=True)).json()
    assert [item["title"] for item in first["items"]] == ["6", "5", "4"]
    assert first["total"] == 7
    await chen.lead(title="late")
    second = (await chen.get("/v1/leads", limit=3, cursor=first["next"])).json()
    assert [item["title"] for item in second["items"]] == ["3", "2", "1"]
    other = await chen.get("/v1/leads", limit=3, status="NEW", cursor=first["next"])
    assert (other.status_code, other.json()["code"]) == (400, "CURSOR_INVALID")


async def test_data_scope(chen: Calls, call: Callable[..., Calls]) -> None:
    await chen.lead(title="of chen")
    theirs = await chen.lead(title="of wu", owner_id="wu.hao")
    others = await chen.lead(title="of mia", owner_id="mia")
    own = call("wu.hao", roles=["sales_manager"])
    team = call("chen.jing", roles=["senior_sales_manager"])
    department = call("sun.li", roles=["sales_director"])
    everything = call("mia", roles=["marketing"])
    assert await titles(own) == ["of wu"]
    assert await titles(team) == ["of wu", "of chen"]
    assert await titles(department) == ["of wu", "of chen"]
    assert await titles(everything) == ["of mia", "of wu", "of chen"]
    path = f"/v1/leads/{others['id']}"
    for place in ("", "/history", "/allowed-commands"):
        assert (await own.get(path + place)).status_code == 404
        assert (await own.get(f"/v1/leads/{theirs['id']}{place}")).status_code == 200
    refused = await own.post(f"{path}/discard", 1, reason="NO_NEED")
    assert (refused.status_code, refused.json()["code"]) == (404, "NOT_FOUND")
    assert (await own.patch(path, 1, title="Mine now")).status_code == 404
    done = await own.patch(f"/v1/leads/{theirs['id']}", 1, title="still of wu")
    assert done.status_code == 200


async def test_a_converted_lead_stays_readable(chen: Calls, call: Callable[..., Calls]) -> None:
    wu = call("wu.hao", roles=["sales_manager"])
    lead = await wu.qualified_lead(title="handed over")
    await chen.post(f"/v1/leads/{lead['id']}/conversion", 3, owner_id="chen.jing")
    assert await titles(wu) == ["handed over"]
    assert (await wu.get(f"/v1/leads/{lead['id']}")).json()["owner_id"] == "chen.jing"
