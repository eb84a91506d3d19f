"""Every command on an opportunity: what it changes, and what it refuses."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest

from opentas_shared.contracts.lead import Amount
from tests.support.opportunity_flows import FLOW_2_1

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.service.opportunity.conftest import Calls


async def test_amounts_are_graded_in_the_base_currency_at_their_rate(chen: Calls) -> None:
    id = await chen.converted()
    euro = {"amount_minor": 12_500_000, "currency": "EUR", "rate": "8.0001"}
    revised = await chen.do(id, "amount-revision", amount=euro)
    assert revised["base_amount"] == {"amount_minor": 100_001_250, "currency": "CNY"}
    assert (revised["amount"], revised["amount_grade"]) == (euro, "A")
    exactly_a_million = {"amount_minor": 100_000_000, "currency": "CNY"}
    assert (await chen.do(id, "amount-revision", amount=exactly_a_million))["amount_grade"] == "B"
    small = {"amount_minor": 19_999_999, "currency": "CNY"}
    assert (await chen.do(id, "amount-revision", amount=small))["amount_grade"] == "C"
    gone = await chen.do(id, "amount-revision", amount=None)
    assert (gone["amount"], gone["base_amount"], gone["amount_grade"]) == (None, None, None)


@pytest.mark.parametrize(
    ("amount", "pointer"),
    [
        ({"amount_minor": 1, "currency": "EUR"}, "/amount/rate"),
        ({"amount_minor": 1, "currency": "CNY", "rate": "2"}, "/amount/rate"),
        ({"amount_minor": 1, "currency": "EUR", "rate": "0"}, "/amount/rate"),
        ({"amount_minor": 2**53 - 1, "currency": "EUR", "rate": "999"}, "/amount/rate"),
        ({"amount_minor": -1, "currency": "CNY"}, "/amount/amount_minor"),
        ({"amount_minor": 1.5, "currency": "CNY"}, "/amount/amount_minor"),
        ({"amount_minor": 1, "currency": "yuan"}, "/amount/currency"),
    ],
)
async def test_amounts_that_make_no_sense(chen: Calls, amount: Any, pointer: str) -> None:
    id = await chen.converted()
    refused = await chen.refused(id, "amount-revision", amount=amount)
    assert refused["status"] == 422
    assert [fault["pointer"] for fault in refused["errors"]] == [pointer]


async def test_a_higher_grade_may_not_fit_the_owner(chen: Calls) -> None:
    id = await chen.converted("liu.yang", amount=Amount(amount_minor=1, currency="CNY"))
    big = {"amount_minor": 150_000_000, "currency": "CNY"}
    revised = await chen.do(id, "amount-revision", amount=big)
    assert revised["blocking_rules"] == ["R-10"]
    refused = await chen.refused(id, "stage-advancement")
    assert [item["rule"] for item in refused["errors"]] == ["R-10"]


async def test_a_manual_probability_is_kept_apart_and_given_up(chen: Calls) -> None:
    id = await chen.converted(amount=Amount(amount_minor=1, currency="CNY"))
    manual = await chen.do(id, "probability-revision", win_probability=70)
    assert (manual["win_probability"], manual["probability_grade"]) == (70, "HIGH")
    moved = await chen.do(id, "stage-advancement")
    assert moved["stage_win_probability"] == 25
    assert moved["win_probability"] == moved["manual_win_probability"] == 70
    automatic = await chen.do(id, "probability-revision", win_probability=None)
    assert (automatic["win_probability"], automatic["win_probability_is_manual"]) == (25, False)
    assert automatic["probability_grade"] == "LOW"


async def test_names_dates_grades_and_answers(chen: Calls) -> None:
    id = await chen.converted()
    headers = {"if-match": "*"}
    answer = await chen.http.patch(
        f"/v1/opportunities/{id}", json={"name": "Phase 2"}, headers=headers
    )
    assert (answer.status_code, answer.json()["name"]) == (200, "Phase 2")
    dated = await chen.do(id, "close-date-revision", expected_close_date="2027-01-31")
    assert dated["expected_close_date"] == "2027-01-31"
    graded = await chen.do(id, "strategic-grading", strategic_grade="STRATEGIC")
    assert graded["strategic_treatment"] is True
    assert graded["amount_grade"] is None
    answered = await chen.do(id, "go-no-go", can_we_win={"answer": False, "note": "Weak coach"})
    assert answered["go_no_go"] == {"can_we_win": {"answer": False, "note": "Weak coach"}}
    nothing = await chen.refused(id, "go-no-go")
    assert nothing["status"] == 422
    undated = await chen.do(id, "close-date-revision", expected_close_date=None)
    assert undated["expected_close_date"] is None


async def test_moving_back(chen: Calls) -> None:
    id = await chen.converted(amount=Amount(amount_minor=1, currency="CNY"))
    refused = await chen.refused(id, "stage-reversal", to_stage="INITIATE_OPPORTUNITY")
    assert refused["code"] == "WRONG_DIRECTION"
    await chen.do(id, "stage-advancement")
    back = await chen.do(id, "stage-reversal", to_stage="VALIDATE_OPPORTUNITY", reason="Not yet")
    assert (back["stage"], back["win_probability"]) == ("VALIDATE_OPPORTUNITY", 10)
    unknown = await chen.refused(id, "stage-advancement", to_stage="STAGE_5_RESERVED")
    assert unknown["code"] == "UNKNOWN_STAGE"
    same = await chen.refused(id, "stage-advancement", to_stage="VALIDATE_OPPORTUNITY")
    assert same["code"] == "WRONG_DIRECTION"


async def test_losing_needs_a_configured_reason(chen: Calls) -> None:
    id = await chen.converted()
    unknown = await chen.refused(id, "loss", reason="WEATHER")
    assert unknown["code"] == "UNKNOWN_REASON"
    assert "PRICE" in unknown["reasons"]
    wordless = await chen.refused(id, "loss", reason="OTHER", reason_text=" ")
    assert wordless["code"] == "UNKNOWN_REASON"
    lost = await chen.do(id, "loss", reason="OTHER", reason_text="They moved abroad")
    assert (lost["status"], lost["close_reason"]) == ("LOST", "OTHER")
    assert lost["close_reason_text"] == "They moved abroad"


async def test_a_closed_opportunity_stays_as_it_is(chen: Calls) -> None:
    id = await chen.converted()
    await chen.do(id, "void", reason="DUPLICATE")
    for command, body in (
        ("win", {}),
        ("loss", {"reason": "PRICE"}),
        ("void", {"reason": "DUPLICATE"}),
        ("stage-advancement", {}),
        ("stage-reversal", {"to_stage": "VALIDATE_OPPORTUNITY"}),
        ("amount-revision", {"amount": None}),
        ("probability-revision", {"win_probability": 1}),
        ("close-date-revision", {"expected_close_date": None}),
        ("owner-change", {"owner_id": "sun.li"}),
        ("strategic-grading", {"strategic_grade": "KEY"}),
        ("go-no-go", {"can_we_win": {"answer": True}}),
        ("approval-requests", {"flow": FLOW_2_1}),
        ("contract-signature", {"contract_no": "1", "signed_on": "2027-01-01"}),
    ):
        refused = await chen.refused(id, command, **body)
        assert (refused["status"], refused["code"]) == (409, "ILLEGAL_TRANSITION"), command
        assert refused["current_state"] == "VOID"
    headers = {"if-match": "*"}
    patched = await chen.http.patch(f"/v1/opportunities/{id}", json={"name": "x"}, headers=headers)
    assert patched.status_code == 409


async def test_versions_and_repeated_requests(chen: Calls) -> None:
    id = await chen.converted()
    path = f"/v1/opportunities/{id}/strategic-grading"
    assert (await chen.post(path, strategic_grade="KEY")).status_code == 428
    key = {"idempotency-key": "k-1"}
    first = await chen.post(path, 1, headers=key, strategic_grade="KEY")
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    again = await chen.post(path, 1, headers=key, strategic_grade="KEY")
    assert again.headers["idempotency-replayed"] == "true"
    assert again.content == first.content
    stale = await chen.post(path, 1, strategic_grade="STANDARD")
    assert (stale.status_code, stale.json()["current_version"]) == (412, 2)
    same = await chen.get(f"/v1/opportunities/{id}", headers={"if-none-match": '"2"'})
    assert same.status_code == 304


async def test_only_importers_date_back_and_waive(chen: Calls, importer: Calls) -> None:
    then = (datetime.now(UTC) - timedelta(days=3)).isoformat()
    id = await chen.converted(at=datetime(2026, 1, 1, tzinfo=UTC))
    refused = await chen.refused(id, "win", effective_at=then)
    assert refused["status"] == 403
    refused = await chen.refused(id, "win", waived_rules=["R-18"])
    # `admin` alone is not the role that waives
    assert refused["status"] == 403
    too_early = await importer.refused(
        id, "win", effective_at="2025-12-31T00:00:00Z", waived_rules=["R-18", "R-23"]
    )
    assert too_early["code"] == "EFFECTIVE_TIME_GOES_BACK"
    future = (datetime.now(UTC) + timedelta(days=3)).isoformat()
    assert (await importer.refused(id, "win", effective_at=future))["status"] == 422
    won = await importer.do(id, "win", effective_at=then, waived_rules=["R-18", "R-23"])
    assert datetime.fromisoformat(won["closed_at"]) == datetime.fromisoformat(then)


async def test_opening_without_a_lead(chen: Calls, importer: Calls) -> None:
    body = {"name": "Old deal", "owner_id": "chen.jing", "natural_key": "crm-1"}
    refused = await chen.post("/v1/opportunities", **body)
    assert (refused.status_code, refused.json()["policy"]) == (403, "opportunity.openers")
    opened = await importer.post("/v1/opportunities", **body, effective_at="2020-02-01T08:00:00Z")
    assert opened.status_code == 201, opened.text
    opportunity = opened.json()
    assert opened.headers["location"] == f"/v1/opportunities/{opportunity['id']}"
    assert opportunity["opened_at"] == "2020-02-01T08:00:00Z"
    assert (opportunity["lead_id"], opportunity["source"]) == (None, "")
    again = await importer.post("/v1/opportunities", **body)
    assert (again.status_code, again.json()["code"]) == (409, "ALREADY_EXISTS")
    unknown = await importer.post("/v1/opportunities", name="x", stage_model="SM-NONE")
    assert unknown.json()["code"] == "UNKNOWN_STAGE_MODEL"
    big = {"amount_minor": 900_000_000, "currency": "CNY"}
    unfit = await importer.post("/v1/opportunities", name="x", owner_id="yang.mei", amount=big)
    assert [item["rule"] for item in unfit.json()["errors"]] == ["R-10"]
    waived = await importer.post(
        "/v1/opportunities", name="x", owner_id="nobody", amount=big, waived_rules=["R-10"]
    )
    assert waived.status_code == 201


async def test_the_history_names_values_before_and_after(chen: Calls) -> None:
    id = await chen.converted()
    await chen.do(id, "probability-revision", win_probability=80)
    await chen.do(id, "owner-change", owner_id="sun.li", reason="Holiday")
    renamed = await chen.http.patch(
        f"/v1/opportunities/{id}", json={"name": "Phase 2"}, headers={"if-match": "*"}
    )
    assert renamed.status_code == 200
    items = (await chen.get(f"/v1/opportunities/{id}/history")).json()["items"]
    assert [item["type"] for item in items] == [
        "opportunity.opened",
        "opportunity.probability_revised",
        "opportunity.owner_changed",
        "opportunity.described",
    ]
    assert items[3]["changes"] == {"name": {"old": "MES for Suzhou", "new": "Phase 2"}}
    assert items[1]["changes"]["win_probability"] == {"old": 10, "new": 80}
    assert items[1]["actor"] == "chen.jing"
    assert items[2]["changes"] == {"owner_id": {"old": "chen.jing", "new": "sun.li"}}
    assert items[2]["fields"]["reason"] == "Holiday"


async def test_lists_filter_sort_and_page(chen: Calls) -> None:
    ids = [
        await chen.converted(
            "chen.jing" if number % 2 else "liu.yang",
            amount=Amount(amount_minor=number * 10_000_000, currency="CNY"),
            at=datetime(2026, 1, number, tzinfo=UTC),
        )
        for number in range(1, 6)
    ]
    await chen.do(ids[0], "loss", reason="PRICE")

    async def found(**parameters: Any) -> list[str]:
        answer = await chen.get("/v1/opportunities", **parameters)
        assert answer.status_code == 200, answer.text
        return [item["id"] for item in answer.json()["items"]]

    assert await found() == ids[::-1]
    assert await found(sort="base_amount") == ids
    assert await found(status="LOST") == ids[:1]
    assert await found(status=["LOST", "OPEN"], owner_id="liu.yang") == [ids[3], ids[1]]
    assert await found(amount_grade="C") == ids[:1]
    assert await found(base_amount_minor_gte=30_000_000, base_amount_minor_lt=50_000_000) == [
        ids[3],
        ids[2],
    ]
    assert await found(opened_at_gte="2026-01-04T00:00:00Z") == [ids[4], ids[3]]
    assert await found(stage="VALIDATE_OPPORTUNITY", stage_model="SM-TAS", limit=2) == ids[:2:-1]
    assert await found(source="") == []
    assert await found(source="WEBSITE", q="suzhou mes", sort="opened_at", limit=1) == ids[:1]
    assert await found(strategic_grade="KEY") == []
    first = (await chen.get("/v1/opportunities", limit=2, include_total=True)).json()
    assert first["total"] == 5
    assert await found(limit=2, cursor=first["next"]) == [ids[2], ids[1]]
    lead_id = (await chen.read(ids[2]))["lead_id"]
    assert await found(lead_id=lead_id) == [ids[2]]
    wrong = await chen.get("/v1/opportunities", sort="description")
    assert wrong.status_code == 422


async def test_what_can_be_done_now(call: Callable[..., Calls], chen: Calls) -> None:
    id = await chen.converted(amount=Amount(amount_minor=1, currency="CNY"))
    answer = await chen.get(f"/v1/opportunities/{id}/allowed-commands")
    commands = {item["command"]: item for item in answer.json()["items"]}
    assert commands["change"]["method"] == "PATCH"
    advance = commands["stage-advancement"]
    assert advance["allowed"] is True
    targets = {target["value"]: target for target in advance["targets"]}
    assert targets["INITIATE_OPPORTUNITY"]["allowed"] is True
    assert targets["INITIATE_OPPORTUNITY"]["label_zh"] == "商机立项"
    assert [reason["rule"] for reason in targets["ANALYZE_REQUIREMENTS"]["reasons"]] == [
        "R-23",
        "R-12",
    ]
    assert commands["win"]["allowed"] is False
    assert [reason["rule"] for reason in commands["win"]["reasons"]] == ["R-18"]
    assert commands["approval-requests"]["allowed"] is True
    flows = {target["value"]: target for target in commands["approval-requests"]["targets"]}
    assert [reason["rule"] for reason in flows[FLOW_2_1]["reasons"]] == ["R-11", "R-11"]
    assert commands["loss"]["required_fields"] == ["reason"]
    assert "OTHER" in [target["value"] for target in commands["loss"]["targets"]]
    assert commands["contract-signature"]["allowed"] is False
    assert commands["stage-reversal"]["allowed"] is False
    reader = call("chen.jing", scopes=["opportunities:read"])
    items = (await reader.get(f"/v1/opportunities/{id}/allowed-commands")).json()["items"]
    assert not any(item["allowed"] for item in items)


async def test_reference_data(chen: Calls) -> None:
    base = "/opportunity-service/v1/reference"
    models = (await chen.get(f"{base}/stage-models")).json()["items"]
    assert [model["code"] for model in models] == ["SM-TAS", "BPIC2012", "SM-AF"]
    assert models[0]["is_default"] is True
    funnel = models[2]["stages"]
    assert [stage["win_probability"] for stage in funnel] == [10, 25, 50, 75, 90, 100]
    assert [stage["expected_conversion"] for stage in funnel] == [80, 70, 60, 50, None, None]
    assert [stage["planned_days"] for stage in funnel] == [7, 7, 10, 7, None, None]
    assert [reason["code"] for reason in models[1]["loss_reasons"]] == ["DECLINED", "CANCELLED"]
    for name in (
        "opportunity-statuses",
        "approval-statuses",
        "go-no-go-questions",
        "strategic-grades",
        "amount-grades",
        "probability-grades",
        "loss-reasons",
        "void-reasons",
        "approval-flows",
    ):
        items = (await chen.get(f"{base}/{name}")).json()["items"]
        assert items, name
        assert all(item["label"] and item["label_zh"] for item in items), name


async def test_an_opportunity_that_is_not_there(chen: Calls) -> None:
    id = uuid4()
    for path in ("", "/history", "/approvals", "/allowed-commands"):
        assert (await chen.get(f"/v1/opportunities/{id}{path}")).status_code == 404
    refused = await chen.refused(str(id), "win")
    assert refused["status"] == 404
