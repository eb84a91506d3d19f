"""From capture to conversion over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentas_shared.domain.ids import derived_id
from tests.service.lead.conftest import CRITERIA

if TYPE_CHECKING:
    from tests.service.lead.conftest import Calls


async def test_from_capture_to_conversion(chen: Calls) -> None:
    captured = await chen.post(
        "/v1/leads",
        title="MES for Suzhou",
        source="WEBSITE",
        scale="LARGE",
        customer_importance="IMPORTANT",
        solution_fit="HIGH",
        expected_start="2026-12-24",
    )
    assert captured.status_code == 201, captured.text
    lead = captured.json()
    assert captured.headers["etag"] == '"1"'
    assert captured.headers["location"] == f"/v1/leads/{lead['id']}"
    assert (lead["status"], lead["generation_mode"], lead["owner_id"]) == (
        "NEW",
        "PASSIVE",
        "chen.jing",
    )
    path = captured.headers["location"]
    assert (await chen.get(path)).json() == lead

    classified = await chen.post(f"{path}/classification", 1)
    assert classified.status_code == 200, classified.text
    assert classified.json()["classification"] == "IMPORTANT"
    assert classified.json()["status"] == "SCREENING"

    qualified = await chen.post(f"{path}/qualification", 2, criteria=CRITERIA)
    assert qualified.json()["status"] == "QUALIFIED"

    converted = await chen.post(
        f"{path}/conversion",
        3,
        name="MES Suzhou",
        owner_id="wu.hao",
        amount={"amount_minor": 125_000_000, "currency": "CNY"},
        new_customer={"name": "Huaxin Machinery"},
    )
    assert converted.status_code == 200, converted.text
    body = converted.json()
    opportunity_id = str(derived_id("opportunity", lead["id"]))
    assert body["opportunity_id"] == opportunity_id
    assert body["opportunity_url"] == f"/v1/opportunities/{opportunity_id}"
    assert opportunity_id in converted.headers["link"]
    assert (body["status"], body["owner_id"], body["previous_owner_id"]) == (
        "CONVERTED",
        "wu.hao",
        "chen.jing",
    )
    customer = await chen.get(f"/v1/customers/{body['customer_id']}")
    assert customer.json()["name"] == "Huaxin Machinery"
    assert (await chen.get(path)).json() == body
