"""TAS 1-1: a lead becomes an opportunity by an approval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from lead_service.configuration.configured import SHIPPED, configured
from lead_service.publishing import PUBLISHED
from opentas_shared.contracts.lead import LeadApprovalRequested, LeadConverted
from opentas_shared.domain.ids import derived_id
from tests.service.lead.approvals import CREATION, Approvals

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from fastapi import FastAPI

    from tests.service.lead.conftest import Calls

AMOUNT = {"amount_minor": 10_000_00, "currency": "USD", "rate": "7.25"}
OPENING = {
    "name": "MES, first plant",
    "owner_id": "wu.hao",
    "stage_model": "SM-TAS",
    "amount": AMOUNT,
    "win_probability": 40,
    "expected_close_date": "2027-03-31",
    "strategic_grade": "KEY",
}


async def asked(chen: Calls, app: FastAPI, **form: Any) -> tuple[str, Approvals]:
    """A qualified lead and its running TAS 1-1: version 5."""
    lead = await chen.qualified_lead(source="WEBSITE")
    path = f"/v1/leads/{lead['id']}"
    answer = await chen.post(f"{path}/approval-requests", 3, flow=CREATION, form=form)
    assert answer.status_code == 201, answer.text
    approvals = Approvals(app, answer.json())
    await approvals.start()
    return path, approvals


async def requested(chen: Calls, path: str) -> dict[str, Any]:
    """The only request of the lead, read by itself as in the list."""
    (item,) = (await chen.get(f"{path}/approval-requests")).json()["items"]
    single = await chen.get(f"{path}/approval-requests/{item['approval_id']}")
    assert single.json() == item
    return dict(item)


async def test_a_bare_lead_is_refused_with_every_rule(chen: Calls) -> None:
    lead = await chen.lead()
    refused = await chen.post(f"/v1/leads/{lead['id']}/approval-requests", 1, flow=CREATION)
    assert (refused.status_code, refused.json()["code"]) == (422, "REQUIREMENTS_MISSING")
    assert [e["rule"] for e in refused.json()["errors"]] == ["R-01"] * 5 + ["R-02"] + ["R-04"] * 3


async def test_what_was_requested_is_answered_and_published(chen: Calls, app: FastAPI) -> None:
    lead = await chen.qualified_lead(source="WEBSITE")
    path = f"/v1/leads/{lead['id']}/approval-requests"
    body = {"flow": CREATION, "form": {**OPENING, "reason": "Budget is released"}}
    key = {"idempotency-key": "ask-once"}
    answer = await chen.post(path, 3, headers=key, **body)
    approval_id = str(derived_id("approval", lead["id"], CREATION, 1))
    said = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (201, '"4"')
    assert (said["id"], said["version"], said["lead_id"]) == (lead["id"], 4, lead["id"])
    assert (said["approval_id"], said["status"]) == (approval_id, "REQUESTED")
    assert said["approval_url"] == f"/v1/approvals/{approval_id}"
    assert said["form"] == {**OPENING, "reason": "Budget is released"}
    again = await chen.post(path, 3, headers=key, **body)
    assert again.headers["idempotency-replayed"] == "true"
    assert again.json() == said
    event, recorded = app.state.resources.events.history(UUID(lead["id"]))[-1]
    contract = PUBLISHED[type(event)](event, recorded)
    assert isinstance(contract, LeadApprovalRequested)
    assert contract.facts["base_amount_minor"] == 72_500_00
    assert contract.facts["new_owner_id"] == "wu.hao"
    assert contract.facts["classification"] == "GENERAL_HOT"
    assert contract.facts["name"] == lead["title"]
    assert contract.form == said["form"]


async def test_an_approval_converts_into_exactly_what_was_requested(
    chen: Calls, app: FastAPI
) -> None:
    path, approvals = await asked(chen, app, **OPENING)
    assert (await requested(chen, path))["status"] == "RUNNING"
    await approvals.end()
    lead = (await chen.get(path)).json()
    assert (lead["status"], lead["owner_id"], lead["version"]) == ("CONVERTED", "wu.hao", 7)
    note = await requested(chen, path)
    assert (note["status"], note["in_effect"], note["decided_by"]) == ("APPROVED", True, "sun.li")
    event, recorded = app.state.resources.events.history(UUID(lead["id"]))[-1]
    contract = PUBLISHED[type(event)](event, recorded)
    assert isinstance(contract, LeadConverted)
    opened = contract.model_dump(mode="json")
    assert {name: opened[name] for name in OPENING.keys() - {"name"}} == {
        name: value for name, value in OPENING.items() if name != "name"
    }
    assert (opened["opportunity_name"], opened["converted_by"]) == (OPENING["name"], "chen.jing")
    assert opened["opportunity_id"] == str(derived_id("opportunity", lead["id"]))
    await approvals.end()
    assert (await chen.get(path)).json()["version"] == 7


async def test_the_form_that_was_approved_counts(chen: Calls, app: FastAPI) -> None:
    path, approvals = await asked(chen, app, **OPENING)
    await approvals.end(form={**OPENING, "owner_id": "chen.jing", "amount": None})
    assert (await chen.get(path)).json()["owner_id"] == "chen.jing"


@pytest.mark.parametrize(
    "wrong",
    [
        {"owner_id": "nobody"},
        {"owner_id": None},
        {"win_probability": "40"},
        {"win_probability": 101},
        {"expected_close_date": "tomorrow"},
        {"customer_id": "7"},
        {"amount": {"amount_minor": 2**53 - 1, "currency": "USD", "rate": "7"}},
        {"amount": {"amount_minor": 1, "currency": "USD", "rate": "much"}},
        {"amount": 5},
        {"name": ""},
    ],
    ids=str,
)
async def test_an_approved_form_that_cannot_be_carried_out_is_noted(
    chen: Calls, app: FastAPI, wrong: dict[str, Any]
) -> None:
    path, approvals = await asked(chen, app, **OPENING)
    await approvals.end(form=OPENING | wrong)
    assert (await chen.get(path)).json()["status"] == "QUALIFIED"
    note = await requested(chen, path)
    assert (note["status"], note["in_effect"]) == ("APPROVED", False)
    assert note["reason_code"] in ("FORM_INVALID", "UNKNOWN_REFERENCE")
    assert next(iter(wrong)) in note["reason"]


async def test_while_it_runs_nothing_else_decides(chen: Calls, app: FastAPI) -> None:
    path, approvals = await asked(chen, app)
    refused = await chen.post(f"{path}/conversion", 5)
    assert (refused.status_code, refused.json()["code"]) == (409, "APPROVAL_RUNNING")
    assert str(approvals.about["approval_id"]) in refused.json()["detail"]
    twice = await chen.post(f"{path}/approval-requests", 5, flow=CREATION)
    assert (twice.status_code, twice.json()["code"]) == (409, "APPROVAL_RUNNING")
    locked = await chen.patch(path, 5, title="Something else")
    assert (locked.status_code, locked.json()["code"]) == (409, "APPROVAL_RUNNING")
    items = (await chen.get(f"{path}/allowed-commands")).json()["items"]
    allowed = {item["command"] for item in items if item["allowed"]}
    assert allowed == {"assignment", "discard"}
    await approvals.end("REJECTED")
    assert (await chen.patch(path, 6, title="Something else")).status_code == 200
    assert (await chen.post(f"{path}/conversion", 7)).status_code == 200


@pytest.mark.parametrize("outcome", ["REJECTED", "REVOKED", "TERMINATED"])
async def test_another_end_leaves_the_lead(chen: Calls, app: FastAPI, outcome: str) -> None:
    path, approvals = await asked(chen, app)
    await approvals.end(outcome)
    assert (await chen.get(path)).json()["status"] == "QUALIFIED"
    note = await requested(chen, path)
    assert (note["status"], note["in_effect"]) == (outcome, True)
    second = await chen.post(f"{path}/approval-requests", 6, flow=CREATION)
    assert (second.status_code, second.json()["request_no"]) == (201, 2)
    listed = (await chen.get(f"{path}/approval-requests", status="REQUESTED")).json()["items"]
    assert [item["request_no"] for item in listed] == [2]


async def test_what_could_not_start_says_why(chen: Calls, app: FastAPI) -> None:
    lead = await chen.qualified_lead()
    path = f"/v1/leads/{lead['id']}"
    answer = await chen.post(f"{path}/approval-requests", 3, flow=CREATION)
    await Approvals(app, answer.json()).fail_to_start()
    note = await requested(chen, path)
    assert (note["status"], note["reason_code"]) == ("NOT_STARTED", "NO_APPROVER")
    assert note["missing"] == ["data_steward"]
    assert (await chen.post(f"{path}/conversion", 5)).status_code == 200


async def test_returns_and_recalls(chen: Calls, app: FastAPI) -> None:
    path, approvals = await asked(chen, app)
    states = []
    for step in (
        lambda: approvals.give_back("sales_supervisor"),
        approvals.give_back,
        approvals.resubmit,
        approvals.recall,
        approvals.resubmit,
    ):
        await step()
        states.append((await requested(chen, path))["status"])
    assert states == ["RUNNING", "RETURNED", "RUNNING", "RETURNED", "RUNNING"]


async def test_a_result_for_a_discarded_lead_is_without_effect(chen: Calls, app: FastAPI) -> None:
    path, approvals = await asked(chen, app)
    gone = await chen.post(f"{path}/discard", 5, reason="NO_BUDGET")
    assert gone.status_code == 200, gone.text
    await approvals.end()
    assert (await chen.get(path)).json()["status"] == "DISCARDED"
    note = await requested(chen, path)
    assert (note["status"], note["in_effect"]) == ("APPROVED", False)
    assert note["reason_code"] == "ILLEGAL_TRANSITION"


async def test_a_reversal_is_noted_and_the_opportunity_stays(chen: Calls, app: FastAPI) -> None:
    path, approvals = await asked(chen, app)
    await approvals.reverse()
    assert (await requested(chen, path))["status"] == "RUNNING"
    await approvals.end()
    await approvals.reverse()
    assert (await requested(chen, path))["status"] == "REVERSED"
    assert (await chen.get(path)).json()["status"] == "CONVERTED"
    await approvals.resubmit()
    await approvals.end()
    note = await requested(chen, path)
    assert (note["in_effect"], note["reason_code"]) == (False, "LEAD_ALREADY_CONVERTED")


async def test_where_it_is_demanded_conversion_by_hand_is_refused(
    chen: Calls, app: FastAPI, tmp_path: Path
) -> None:
    shipped = (SHIPPED / "creation.yaml").read_text("utf-8")
    own = shipped.replace(
        "approval: {demanded: false, locks: [change, classification]}",
        "approval: {demanded: true, locks: []}",
    )
    assert own != shipped
    (tmp_path / "creation.yaml").write_text(own, "utf-8")
    settings = app.state.resources.settings
    configured.use(settings.model_copy(update={"lead_configuration_dir": tmp_path}))
    path, approvals = await asked(chen, app)
    assert (await chen.patch(path, 5, title="Nothing is locked")).status_code == 200
    refused = await chen.post(f"{path}/conversion", 6)
    assert (refused.status_code, refused.json()["code"]) == (422, "REQUIREMENTS_MISSING")
    (error,) = refused.json()["errors"]
    assert (error["code"], error["rule"]) == ("APPROVAL_REQUIRED", "R-01")
    assert CREATION in error["detail"]
    await approvals.end()
    assert (await chen.get(path)).json()["status"] == "CONVERTED"


async def test_who_may_not_see_it_may_not_ask(
    chen: Calls, call: Callable[..., Calls], app: FastAPI
) -> None:
    path, _ = await asked(chen, app)
    mia = call("mia", roles=["sales_rep"])
    assert (await mia.get(f"{path}/approval-requests")).status_code == 404
    assert (await mia.post(f"{path}/approval-requests", 5, flow=CREATION)).status_code == 404
    wrong = await chen.post(f"{path}/approval-requests", 5, flow="tas_9_9_none")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "REQUEST_INVALID")
    assert (await chen.post(f"{path}/approval-requests", flow=CREATION)).status_code == 428
    assert (await chen.post(f"{path}/approval-requests", 4, flow=CREATION)).status_code == 412
