"""A lead is captured, qualified and converted, and the funnel shows it: over both transports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from tests.support.live import LiveProduct

CRITERIA = [
    "NEED_CONFIRMED",
    "BUDGET_CONFIRMED",
    "DECISION_MAKER_IDENTIFIED",
    "TIMELINE_CONFIRMED",
    "SOLUTION_FIT",
]


def create(client: httpx.Client, path: str, **body: Any) -> dict[str, Any]:
    answer = client.post(path, json=body, headers={"Idempotency-Key": str(uuid4())})
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def change(
    client: httpx.Client, thing: dict[str, Any], path: str, command: str, **body: Any
) -> dict[str, Any]:
    headers = {"Idempotency-Key": str(uuid4()), "If-Match": f'"{thing["version"]}"'}
    answer = client.post(f"{path}/{thing['id']}/{command}", json=body, headers=headers)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


@pytest.mark.parametrize("transport", ["direct", pytest.param("kafka", marks=pytest.mark.kafka)])
def test_a_converted_lead_stands_in_the_funnel(
    live_product: Callable[[str], LiveProduct], transport: str
) -> None:
    product = live_product(transport)
    client = product.client()
    customer = create(client, "/v1/customers", name="Huaxin Machinery")
    contact = create(client, "/v1/contacts", name="Wang Lei", customer_id=customer["id"])
    lead = create(
        client,
        "/v1/leads",
        title="MES for the Suzhou plant",
        source="WEBSITE",
        generation_mode="PASSIVE",
        customer_id=customer["id"],
        contact_id=contact["id"],
        owner_id="chen.jing",
        scale="LARGE",
        customer_importance="IMPORTANT",
        expected_start="2027-02-01",
        solution_fit="HIGH",
    )
    lead = change(client, lead, "/v1/leads", "classification")
    lead = change(client, lead, "/v1/leads", "qualification", criteria=CRITERIA)
    amount = {"amount_minor": 125_000_000, "currency": "CNY"}
    lead = change(client, lead, "/v1/leads", "conversion", owner_id="chen.jing", amount=amount)
    opened = client.get(
        f"/v1/opportunities/{lead['opportunity_id']}", headers={"Prefer": "wait=10"}
    )
    assert opened.status_code == 200, opened.text
    assert opened.json()["lead_id"] == lead["id"]

    product.settle()
    funnel = client.get("/v1/metrics/funnel").json()
    assert (funnel["opened"], funnel["open"]) == (1, 1)
    assert funnel["stages"][0]["open_amount"] == amount
    conversion = client.get("/v1/metrics/lead-conversion", params={"group_by": "source"}).json()
    assert [(item["key"], item["leads"], item["converted"]) for item in conversion["items"]] == [
        ("WEBSITE", 1, 1)
    ]
