"""From the conversion of a lead to the signed contract."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import uuid4

from opentas_shared.contracts.lead import Amount
from tests.service.opportunity.conftest import (
    Calls,
    completed,
    not_started,
    resubmitted,
    returned,
    started,
)
from tests.support.opportunity_flows import (
    FLOW_2_1,
    FLOW_2_3,
    FLOW_6_1,
    FLOW_6_2,
    FLOW_6_3,
    FLOW_7_1,
)

if TYPE_CHECKING:
    from collections.abc import Callable

YES = {"answer": True, "note": "Budget is approved"}


async def ready_to_bid(chen: Calls, **facts: object) -> str:
    """An opportunity whose 2-1 is approved, in the stage of the bid."""
    id = await chen.converted(
        amount=Amount(amount_minor=150_000_000, currency="CNY"),
        expected_close_date="2027-06-30",
        **facts,
    )
    await chen.do(id, "go-no-go", is_it_an_opportunity=YES, are_we_competitive=YES)
    await chen.approval(id, FLOW_2_1)
    await chen.do(id, "stage-advancement", to_stage="ORGANIZE_BID")
    return id


async def test_conversion_opens_the_opportunity(chen: Calls) -> None:
    id = await chen.converted(
        amount=Amount(amount_minor=150_000_000, currency="CNY"), win_probability=35
    )
    opportunity = await chen.read(id)
    assert opportunity["status"] == "OPEN"
    assert opportunity["stage_model"] == "SM-TAS"
    assert opportunity["stage"] == "VALIDATE_OPPORTUNITY"
    assert opportunity["source"] == "WEBSITE"
    assert (opportunity["amount_grade"], opportunity["tas_class"]) == ("A", "A")
    assert (opportunity["win_probability"], opportunity["probability_grade"]) == (35, "MEDIUM")
    assert opportunity["win_probability_is_manual"] is True
    assert opportunity["stage_win_probability"] == 10
    assert opportunity["strategic_grade"] == "STANDARD"
    assert opportunity["blocking_rules"] == []


async def test_a_repeated_conversion_opens_nothing(chen: Calls) -> None:
    lead_id = uuid4()
    id = await chen.converted(lead_id=lead_id)
    await chen.converted(lead_id=lead_id)
    assert (await chen.read(id))["version"] == 1


async def test_reading_waits_for_the_conversion(chen: Calls) -> None:
    missing = await chen.get(f"/v1/opportunities/{uuid4()}", headers={"prefer": "wait=0"})
    assert missing.status_code == 404
    id = await chen.converted()
    answer = await chen.get(f"/v1/opportunities/{id}", headers={"prefer": "wait=5"})
    assert answer.status_code == 200
    assert answer.headers["preference-applied"] == "wait"
    document = (await chen.get("/opportunity-service/openapi.json")).json()
    read = document["paths"]["/v1/opportunities/{opportunity_id}"]["get"]
    assert "Prefer" in {parameter["name"] for parameter in read["parameters"]}


async def test_the_whole_path(chen: Calls) -> None:
    id = await ready_to_bid(chen)
    await chen.approval(id, FLOW_2_3)
    missing = await chen.refused(id, "win")
    assert missing["code"] == "REQUIREMENTS_MISSING"
    assert [item["rule"] for item in missing["errors"]] == ["R-18"]
    early = await chen.refused(id, "approval-requests", flow=FLOW_6_3)
    assert [(item["name"], item["rule"]) for item in early["missing"]] == [
        (FLOW_6_1, "R-18"),
        (FLOW_6_2, "R-18"),
    ]
    for flow in (FLOW_6_1, FLOW_6_2, FLOW_6_3):
        await chen.approval(id, flow)
    moved = await chen.do(id, "stage-advancement")
    assert moved["stage"] == "NEGOTIATE_AND_SIGN"
    assert moved["win_probability"] == 75
    paper = {"contract_no": "HT-1", "signed_on": "2027-07-01"}
    won = await chen.do(id, "win")
    assert won["status"] == "WON"
    assert won["closed_at"] is not None
    refused = await chen.refused(id, "contract-signature", **paper)
    assert [item["rule"] for item in refused["errors"]] == ["R-20"]
    await chen.approval(id, FLOW_7_1)
    signed = await chen.do(id, "contract-signature", **paper)
    assert signed["contract_no"] == "HT-1"
    assert signed["contract_signed_on"] == "2027-07-01"
    again = await chen.refused(id, "contract-signature", **paper)
    assert (again["status"], again["current_state"]) == (409, "SIGNED")
    approvals = (await chen.get(f"/v1/opportunities/{id}/approval-requests")).json()["items"]
    assert [(a["flow"], a["status"], a["in_effect"]) for a in approvals] == [
        (flow, "APPROVED", True)
        for flow in (FLOW_2_1, FLOW_2_3, FLOW_6_1, FLOW_6_2, FLOW_6_3, FLOW_7_1)
    ]


async def test_a_written_contract_needs_number_and_date(chen: Calls) -> None:
    id = await ready_to_bid(chen)
    answer = await chen.post(f"/v1/opportunities/{id}/contract-signature", "*", contract_no=" ")
    assert answer.status_code == 422
    assert {fault.get("pointer") for fault in answer.json()["errors"]} == {
        "/contract_no",
        "/signed_on",
    }


async def test_a_move_names_everything_that_is_missing(chen: Calls) -> None:
    id = await chen.converted()
    refused = await chen.refused(id, "stage-advancement", to_stage="ANALYZE_REQUIREMENTS")
    assert refused["code"] == "REQUIREMENTS_MISSING"
    assert [(item["kind"], item["name"], item["rule"]) for item in refused["missing"]] == [
        ("FIELD", "amount", "R-23"),
        ("FIELD", "expected_close_date", "R-23"),
        ("APPROVAL", FLOW_2_1, "R-12"),
    ]


async def test_requests_for_approval_have_preconditions(chen: Calls) -> None:
    id = await chen.converted()
    for flow, rules in (
        (FLOW_2_1, ["R-11", "R-11"]),
        (FLOW_2_3, ["R-12", "R-23"]),
        (FLOW_6_3, ["R-12", "R-18", "R-18", "R-23"]),
        (FLOW_7_1, ["R-20", "R-23"]),
    ):
        refused = await chen.refused(id, "approval-requests", flow=flow)
        assert [item["rule"] for item in refused["errors"]] == rules
    unknown = await chen.refused(id, "approval-requests", flow="tas_9_9")
    assert unknown["code"] == "UNKNOWN_FLOW"


async def test_one_approval_of_a_flow_at_a_time(chen: Calls) -> None:
    id = await chen.converted()
    await chen.do(id, "go-no-go", is_it_an_opportunity=YES, are_we_competitive=YES)
    first = await chen.do(id, "approval-requests", flow=FLOW_2_1, form={"reason": "big"})
    assert first["approval_url"] == f"/v1/approvals/{first['approval_id']}"
    assert (first["status"], first["request_no"]) == ("REQUESTED", 1)
    running = await chen.refused(id, "approval-requests", flow=FLOW_2_1)
    assert (running["status"], running["code"]) == (409, "APPROVAL_RUNNING")
    assert running["approval_id"] == first["approval_id"]
    await chen.hears(completed(id, first["approval_id"], FLOW_2_1, "REJECTED"))
    second = await chen.do(id, "approval-requests", flow=FLOW_2_1)
    assert second["request_no"] == 2
    assert second["approval_id"] != first["approval_id"]
    await chen.hears(completed(id, second["approval_id"], FLOW_2_1, "APPROVED"))
    granted = await chen.refused(id, "approval-requests", flow=FLOW_2_1)
    assert (granted["status"], granted["code"]) == (409, "APPROVAL_GRANTED")


async def test_an_approval_that_cannot_start_says_why(chen: Calls) -> None:
    id = await chen.converted()
    await chen.do(id, "go-no-go", is_it_an_opportunity=YES, are_we_competitive=YES)
    asked = await chen.do(id, "approval-requests", flow=FLOW_2_1)
    await chen.hears(not_started(id, asked["approval_id"], FLOW_2_1))
    (shown,) = (await chen.get(f"/v1/opportunities/{id}/approval-requests")).json()["items"]
    assert shown["status"] == "NOT_STARTED"
    assert shown["reason_code"] == "NO_APPROVER"
    assert shown["missing"] == ["sales_director"]
    assert (await chen.do(id, "approval-requests", flow=FLOW_2_1))["request_no"] == 2


async def test_a_result_for_a_closed_opportunity_is_without_effect(chen: Calls) -> None:
    id = await chen.converted()
    await chen.do(id, "go-no-go", is_it_an_opportunity=YES, are_we_competitive=YES)
    approval_id = await chen.approval(id, FLOW_2_1, outcome=None)
    await chen.do(id, "loss", reason="PRICE")
    await chen.hears(completed(id, approval_id, FLOW_2_1, "APPROVED"))
    (shown,) = (await chen.get(f"/v1/opportunities/{id}/approval-requests")).json()["items"]
    assert (shown["status"], shown["in_effect"]) == ("APPROVED", False)
    assert (await chen.read(id))["status"] == "LOST"


async def test_an_approval_that_was_returned_runs_again(chen: Calls) -> None:
    id = await chen.converted()
    await chen.do(id, "go-no-go", is_it_an_opportunity=YES, are_we_competitive=YES)
    approval_id = await chen.approval(id, FLOW_2_1, outcome=None)

    async def status() -> str:
        (shown,) = (await chen.get(f"/v1/opportunities/{id}/approval-requests")).json()["items"]
        return str(shown["status"])

    await chen.hears(returned(id, approval_id, FLOW_2_1))
    assert await status() == "RETURNED"
    refused = await chen.refused(id, "approval-requests", flow=FLOW_2_1)
    assert refused["code"] == "APPROVAL_RUNNING"
    await chen.hears(resubmitted(id, approval_id, FLOW_2_1))
    assert await status() == "RUNNING"


async def test_repeated_results_change_nothing(chen: Calls) -> None:
    id = await chen.converted()
    await chen.do(id, "go-no-go", is_it_an_opportunity=YES, are_we_competitive=YES)
    approval_id = await chen.approval(id, FLOW_2_1)
    version = (await chen.read(id))["version"]
    await chen.hears(completed(id, approval_id, FLOW_2_1, "APPROVED"))
    await chen.hears(started(id, approval_id, FLOW_2_1))
    assert (await chen.read(id))["version"] == version


async def test_an_owner_who_does_not_fit_blocks_the_next_move(chen: Calls) -> None:
    id = await chen.converted("yang.mei", amount=Amount(amount_minor=150_000_000, currency="CNY"))
    assert (await chen.read(id))["blocking_rules"] == ["R-10"]
    refused = await chen.refused(id, "stage-advancement")
    assert [item["rule"] for item in refused["errors"]] == ["R-10"]
    broken = await chen.refused(id, "owner-change", owner_id="liu.yang")
    assert (broken["code"], broken["rule"]) == ("RULE_BROKEN", "R-10")
    unknown = await chen.refused(id, "owner-change", owner_id="nobody")
    assert (unknown["code"], unknown["errors"][0]["pointer"]) == ("UNKNOWN_REFERENCE", "/owner_id")
    mended = await chen.do(id, "owner-change", owner_id="sun.li")
    assert mended["blocking_rules"] == []
    assert (await chen.do(id, "stage-advancement"))["stage"] == "INITIATE_OPPORTUNITY"


async def test_an_unknown_stage_model_does_not_stop_a_conversion(chen: Calls) -> None:
    id = await chen.converted(stage_model="SM-NONE")
    opportunity = await chen.read(id)
    assert opportunity["stage_model"] == "SM-TAS"
    assert opportunity["requested_stage_model"] == "SM-NONE"


async def test_an_imported_conversion_keeps_its_time_and_waivers(chen: Calls) -> None:
    then = datetime(2018, 5, 1, tzinfo=UTC)
    id = await chen.converted(
        "someone",
        at=then,
        waived=("R-10",),
        amount=Amount(amount_minor=900_000_000, currency="CNY"),
    )
    opportunity = await chen.read(id)
    assert opportunity["opened_at"] == "2018-05-01T00:00:00Z"
    assert opportunity["blocking_rules"] == []
    history = (await chen.get(f"/v1/opportunities/{id}/history")).json()["items"]
    assert history[0]["waived"] == ["R-10"]


async def test_the_other_people_see_their_own(call: Callable[..., Calls], chen: Calls) -> None:
    mine = await chen.converted("liu.yang")
    theirs = await chen.converted("huang.lei")
    liu = call("liu.yang", roles=["sales_manager"])
    assert [o["id"] for o in (await liu.get("/v1/opportunities")).json()["items"]] == [mine]
    assert (await liu.get(f"/v1/opportunities/{mine}")).status_code == 200
    for path in ("", "/history", "/approvals", "/allowed-commands"):
        assert (await liu.get(f"/v1/opportunities/{theirs}{path}")).status_code == 404
    refused = await liu.refused(theirs, "void", reason="DUPLICATE")
    assert (refused["status"], refused["code"]) == (404, "NOT_FOUND")
    director = call("sun.li", roles=["sales_director"])
    seen = (await director.get("/v1/opportunities")).json()["items"]
    assert [o["id"] for o in seen] == [mine]
    reader = call("liu.yang", scopes=["opportunities:read"])
    forbidden = await reader.refused(mine, "void", reason="DUPLICATE")
    assert forbidden["status"] == 403
