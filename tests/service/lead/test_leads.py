"""From capture to conversion over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentas_shared.domain.ids import derived_id
from tests.service.lead.conftest import CRITERIA

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.service.lead.conftest import Calls

LEAD = "0198c5c2-6b1e-7cc0-b3a5-3f2f6f0e7a51"


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


async def test_natural_key_is_one_lead(chen: Calls) -> None:
    lead = await chen.lead(natural_key="crm-4711")
    assert lead["id"] == str(derived_id("lead", "crm-4711"))
    again = await chen.post("/v1/leads", title="The same", natural_key="crm-4711")
    assert again.status_code == 409
    assert again.json()["code"] == "ALREADY_EXISTS"
    assert again.json()["lead_id"] == lead["id"]
    listed = (await chen.get("/v1/leads", natural_key="crm-4711")).json()["items"]
    assert [item["id"] for item in listed] == [lead["id"]]


async def test_capture_is_repeated_with_its_idempotency_key(chen: Calls) -> None:
    key = {"idempotency-key": "once"}
    first = await chen.post("/v1/leads", headers=key, title="MES")
    again = await chen.post("/v1/leads", headers=key, title="MES")
    assert again.status_code == 201
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == first.json()
    other = await chen.post("/v1/leads", headers=key, title="ERP")
    assert (other.status_code, other.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")


async def test_blank_source_is_apart_from_unknown(chen: Calls) -> None:
    blank = await chen.lead(source="")
    assert blank["source"] == ""
    await chen.lead(source="WEBSITE")
    listed = (await chen.http.get("/v1/leads?source=")).json()["items"]
    assert [item["id"] for item in listed] == [blank["id"]]
    refused = await chen.post("/v1/leads", title="MES", source="unknown")
    assert (refused.status_code, refused.json()["code"]) == (422, "UNKNOWN_CODE")
    assert "WEBSITE" in refused.json()["known"]


async def test_capture_refuses_what_does_not_exist(chen: Calls) -> None:
    for body, pointer in (
        ({"owner_id": "nobody"}, "/owner_id"),
        ({"customer_id": LEAD}, "/customer_id"),
        ({"contact_id": LEAD}, "/contact_id"),
        ({"scale": "HUGE"}, "/scale"),
        ({"generation_mode": "LAZY"}, "/generation_mode"),
        ({"title": " "}, "/title"),
        ({"sauce": "WEBSITE"}, "/sauce"),
    ):
        refused = await chen.post("/v1/leads", **{"title": "MES", **body})
        assert refused.status_code == 422, body
        assert refused.json()["errors"][0]["pointer"] == pointer


async def test_change_of_facts_and_its_history(chen: Calls) -> None:
    lead = await chen.lead(scale="SMALL")
    path = f"/v1/leads/{lead['id']}"
    changed = await chen.patch(path, 1, scale="LARGE", expected_start="2027-02-01")
    assert changed.status_code == 200, changed.text
    assert changed.headers["etag"] == '"2"'
    assert changed.json()["scale"] == "LARGE"
    unchanged = await chen.patch(path, 2, scale="LARGE")
    assert unchanged.json()["version"] == 2
    taken = await chen.patch(path, 2, scale=None)
    assert taken.json()["scale"] is None
    items = (await chen.get(f"{path}/history")).json()["items"]
    assert [item["type"] for item in items] == [
        "lead.captured",
        "lead.facts_changed",
        "lead.facts_changed",
    ]
    assert items[2]["actor"] == "chen.jing"
    assert items[2]["fields"]["previous"] == {"scale": "LARGE"}
    assert items[2]["fields"]["changes"] == {"scale": None}


async def test_versions(chen: Calls) -> None:
    lead = await chen.lead()
    path = f"/v1/leads/{lead['id']}"
    missing = await chen.post(f"{path}/discard", reason="NO_NEED")
    assert missing.status_code == 428
    stale = await chen.post(f"{path}/discard", 7, reason="NO_NEED")
    assert (stale.status_code, stale.json()["current_version"]) == (412, 1)
    fresh = await chen.get(path, headers={"if-none-match": '"1"'})
    assert fresh.status_code == 304
    unknown = await chen.post(f"/v1/leads/{LEAD}/discard", 1, reason="NO_NEED")
    assert unknown.status_code == 404
    assert (await chen.get(f"/v1/leads/{LEAD}")).status_code == 404


async def test_classification(chen: Calls) -> None:
    lead = await chen.lead()
    path = f"/v1/leads/{lead['id']}/classification"
    unknown = await chen.post(path, 1)
    assert unknown.json()["code"] == "REQUIREMENTS_MISSING"
    assert {e["rule"] for e in unknown.json()["errors"]} == {"R-05", "R-06"}
    by_hand = await chen.post(path, 1, classification="IMPORTANT")
    assert {e["rule"] for e in by_hand.json()["errors"]} == {"R-05"}
    odd = await chen.post(path, 1, classification="LUKEWARM", reason="It is")
    assert odd.json()["code"] == "UNKNOWN_CODE"
    done = await chen.post(path, 1, classification="IMPORTANT", reason="The minister asked")
    assert (done.json()["classification"], done.json()["classified_by_hand"]) == ("IMPORTANT", True)
    await chen.patch(f"/v1/leads/{lead['id']}", 2, solution_fit="LOW")
    again = await chen.post(path, 3)
    assert (again.json()["classification"], again.json()["classified_by_hand"]) == (
        "NOT_A_LEAD",
        False,
    )


async def test_assignment(chen: Calls) -> None:
    lead = await chen.lead()
    path = f"/v1/leads/{lead['id']}/assignment"
    refused = await chen.post(path, 1, owner_id="nobody")
    assert refused.json()["code"] == "UNKNOWN_REFERENCE"
    done = await chen.post(path, 1, owner_id="wu.hao", reason="His region")
    assert (done.json()["owner_id"], done.json()["version"]) == ("wu.hao", 2)
    same = await chen.post(path, 2, owner_id="wu.hao")
    assert same.json()["version"] == 2


async def test_qualification(chen: Calls) -> None:
    lead = await chen.lead()
    path = f"/v1/leads/{lead['id']}/qualification"
    refused = await chen.post(path, 1, criteria=CRITERIA[:3])
    assert refused.status_code == 422
    assert [(e["code"], e["rule"]) for e in refused.json()["errors"]] == [
        ("CRITERION_MISSING", "R-01")
    ] * 2
    odd = await chen.post(path, 1, criteria=["GOOD_WEATHER"])
    assert odd.json()["code"] == "UNKNOWN_CODE"
    done = await chen.post(path, 1, criteria=CRITERIA)
    assert done.json()["status"] == "QUALIFIED"
    assert sorted(done.json()["criteria"]) == sorted(CRITERIA)
    again = await chen.post(path, 2, criteria=CRITERIA)
    assert again.status_code == 409
    assert again.json()["current_state"] == "QUALIFIED"
    assert "conversion" in again.json()["allowed_commands"]


async def test_discard(chen: Calls) -> None:
    lead = await chen.lead()
    path = f"/v1/leads/{lead['id']}/discard"
    assert (await chen.post(path, 1, reason="BORED")).json()["code"] == "UNKNOWN_CODE"
    assert (await chen.post(path, 1, reason="OTHER")).json()["code"] == "REASON_MISSING"
    done = await chen.post(path, 1, reason="OTHER", reason_text="They closed down")
    assert (done.json()["status"], done.json()["discard_reason"]) == ("DISCARDED", "OTHER")
    again = await chen.post(path, 2, reason="NO_NEED")
    assert again.json()["code"] == "ILLEGAL_TRANSITION"


async def test_allowed_commands(chen: Calls, call: Callable[..., Calls]) -> None:
    lead = await chen.lead()
    path = f"/v1/leads/{lead['id']}/allowed-commands"
    items = {item["command"]: item for item in (await chen.get(path)).json()["items"]}
    assert items["qualification"]["allowed"]
    assert items["qualification"]["required_fields"] == ["criteria"]
    assert items["qualification"]["path"] == f"/v1/leads/{lead['id']}/qualification"
    assert items["change"]["method"] == "PATCH"
    assert not items["conversion"]["allowed"]
    assert {"R-01", "R-02", "R-04"} <= {r["rule"] for r in items["conversion"]["reasons"]}
    reader = call("chen.jing", scopes=["leads:read"])
    items = (await reader.get(path)).json()["items"]
    assert not any(item["allowed"] for item in items)


async def test_scopes_and_effective_time(chen: Calls, call: Callable[..., Calls]) -> None:
    reader = call("chen.jing", scopes=["leads:read"])
    assert (await reader.post("/v1/leads", title="MES")).status_code == 403
    assert (await call(scopes=["leads:write"]).get("/v1/leads")).status_code == 403
    dated = await chen.post("/v1/leads", title="MES", effective_at="2020-01-01T00:00:00Z")
    assert (dated.status_code, dated.json()["policy"]) == (403, "role:importer")
    importer = call("robot", roles=["importer"])
    past = await importer.lead(effective_at="2020-01-01T00:00:00Z")
    assert past["created_at"] == "2020-01-01T00:00:00Z"
    future = await importer.post("/v1/leads", title="MES", effective_at="2120-01-01T00:00:00Z")
    assert future.json()["code"] == "EFFECTIVE_TIME_IN_FUTURE"
    ancient = await importer.post(
        "/v1/leads", title="MES", effective_at="0001-01-01T00:00:00+14:00"
    )
    assert ancient.json()["errors"][0]["pointer"] == "/effective_at"
    back = await importer.post(
        f"/v1/leads/{past['id']}/discard", 1, reason="NO_NEED", effective_at="2019-01-01T00:00:00Z"
    )
    assert back.json()["code"] == "EFFECTIVE_TIME_GOES_BACK"


async def test_what_cannot_be_stored_is_refused(chen: Calls) -> None:
    for answer in (
        await chen.post("/v1/leads", title="a\x00b"),
        await chen.get("/v1/leads", source="\x00"),
        await chen.get("/v1/leads", q="\x00"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "NOT_STORABLE")
