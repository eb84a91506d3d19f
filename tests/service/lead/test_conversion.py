"""R-01 to R-04 and R-07, and where the customer comes from (C1, C2)."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.service.lead.conftest import CRITERIA

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from tests.service.lead.conftest import Calls


async def test_a_bare_lead_is_refused_with_every_rule(chen: Calls) -> None:
    lead = await chen.lead()
    refused = await chen.post(f"/v1/leads/{lead['id']}/conversion", 1)
    assert (refused.status_code, refused.json()["code"]) == (422, "REQUIREMENTS_MISSING")
    assert [e["rule"] for e in refused.json()["errors"]] == ["R-01"] * 5 + ["R-02"] + ["R-04"] * 3


async def test_an_unclassified_lead_is_refused(chen: Calls) -> None:
    lead = await chen.lead()
    path = f"/v1/leads/{lead['id']}"
    await chen.post(f"{path}/qualification", 1, criteria=CRITERIA)
    refused = await chen.post(f"{path}/conversion", 2)
    assert [e["rule"] for e in refused.json()["errors"]] == ["R-02"]


async def test_the_second_conversion_is_named(chen: Calls) -> None:
    lead = await chen.qualified_lead()
    path = f"/v1/leads/{lead['id']}/conversion"
    first = await chen.post(path, 3)
    assert first.status_code == 200
    second = await chen.post(path, 4)
    assert (second.status_code, second.json()["code"]) == (409, "LEAD_ALREADY_CONVERTED")
    assert second.json()["opportunity_id"] == first.json()["opportunity_id"]


async def test_of_many_conversions_at_once_one_wins(chen: Calls) -> None:
    lead = await chen.qualified_lead()
    path = f"/v1/leads/{lead['id']}/conversion"
    answers = await asyncio.gather(*(chen.post(path, headers={"if-match": "*"}) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7


async def test_link_to_an_existing_customer(chen: Calls) -> None:
    customer = (await chen.post("/v1/customers", name="Huaxin Machinery")).json()
    lead = await chen.qualified_lead()
    path = f"/v1/leads/{lead['id']}/conversion"
    unknown = await chen.post(path, 3, customer_id=lead["id"])
    assert unknown.json()["code"] == "UNKNOWN_REFERENCE"
    done = await chen.post(path, 3, customer_id=customer["id"])
    assert done.json()["customer_id"] == customer["id"]


async def test_a_new_customer_that_exists_is_refused_as_a_whole(chen: Calls) -> None:
    customer = (await chen.post("/v1/customers", name="Huaxin Machinery")).json()
    lead = await chen.qualified_lead()
    path = f"/v1/leads/{lead['id']}"
    refused = await chen.post(f"{path}/conversion", 3, new_customer={"name": "huaxin  machinery"})
    assert (refused.status_code, refused.json()["code"]) == (409, "POSSIBLE_DUPLICATE")
    assert refused.json()["candidates"][0]["id"] == customer["id"]
    assert (await chen.get(path)).json()["status"] == "QUALIFIED"
    forced = await chen.post(
        f"{path}/conversion", 3, new_customer={"name": "Huaxin Machinery", "force": True}
    )
    assert forced.status_code == 200
    assert forced.json()["customer_id"] != customer["id"]


async def test_ownership_moves_to_sales(chen: Calls, call: Callable[..., Calls]) -> None:
    mia = call("mia", roles=["marketing"])
    lead = await mia.qualified_lead()
    path = f"/v1/leads/{lead['id']}/conversion"
    refused = await mia.post(path, 3)
    assert [(e["rule"], e["pointer"]) for e in refused.json()["errors"]] == [("R-07", "/owner_id")]
    assert (await mia.post(path, 3, owner_id="nobody")).json()["code"] == "UNKNOWN_REFERENCE"
    done = await chen.post(path, 3)
    assert (done.json()["owner_id"], done.json()["previous_owner_id"]) == ("chen.jing", "mia")


async def test_an_amount_carries_its_rate(chen: Calls) -> None:
    lead = await chen.qualified_lead()
    path = f"/v1/leads/{lead['id']}/conversion"
    for amount in (
        {"amount_minor": 5_000, "currency": "EUR"},
        {"amount_minor": 5_000, "currency": "EUR", "rate": "0"},
        {"amount_minor": 5_000, "currency": "CNY", "rate": "7.9"},
        {"amount_minor": 10**15, "currency": "EUR", "rate": "999999999"},
    ):
        refused = await chen.post(path, 3, amount=amount)
        assert (refused.status_code, refused.json()["code"]) == (422, "RATE_INVALID")
    for no_number in (True, "5000"):
        refused = await chen.post(path, 3, amount={"amount_minor": no_number, "currency": "CNY"})
        assert refused.json()["errors"][0]["pointer"] == "/amount/amount_minor"
    refused = await chen.post(path, 3, strategic_grade="HUGE")
    assert refused.json()["errors"][0]["pointer"] == "/strategic_grade"


async def test_a_name_that_the_opportunity_could_not_store_is_refused(chen: Calls) -> None:
    path = f"/v1/leads/{(await chen.qualified_lead())['id']}/conversion"
    refused = await chen.post(path, 3, name="MES\0")
    assert (refused.status_code, refused.json()["code"]) == (422, "NOT_STORABLE")
    assert (await chen.post(path, 3, name="MES \\u0000")).status_code == 200


async def test_the_published_event_opens_the_opportunity(chen: Calls, app: FastAPI) -> None:
    lead = await chen.qualified_lead(source="TRADE_SHOW")
    await chen.post(
        f"/v1/leads/{lead['id']}/conversion",
        3,
        name="MES Suzhou",
        owner_id="wu.hao",
        amount={"amount_minor": 5_000, "currency": "EUR", "rate": "7.9"},
        stage_model="SM-TAS",
        expected_close_date="2027-06-30",
        strategic_grade="KEY",
        win_probability=25,
    )
    published = (await chen.get("/lead-service/v1/events", after=0)).json()["items"]
    assert [event["type"] for event in published] == [
        "org.opentas.lead.captured.v1",
        "org.opentas.lead.classified.v1",
        "org.opentas.lead.qualified.v1",
        "org.opentas.lead.converted.v1",
    ]
    assert {event["subject"] for event in published} == {lead["id"]}
    data = published[-1]["data"]
    assert data["opportunity_name"] == "MES Suzhou"
    assert data["amount"] == {"amount_minor": 5_000, "currency": "EUR", "rate": "7.9"}
    assert (data["source"], data["owner_id"]) == ("TRADE_SHOW", "wu.hao")
    assert (data["stage_model"], data["strategic_grade"]) == ("SM-TAS", "KEY")
    assert (data["converted_by"], data["waived"]) == ("chen.jing", [])
