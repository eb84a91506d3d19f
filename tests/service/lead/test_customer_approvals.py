"""TAS 1-2 verifies the core information of a customer, TAS 1-3 changes it (R-21, R-22)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from lead_service.publishing import PUBLISHED
from opentas_shared.contracts import customer as contracts
from tests.service.lead.approvals import ASSESSMENT, CORE_CHANGE, Approvals

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI

    from opentas_shared.contracts.contract import Contract
    from tests.service.lead.conftest import Calls

COMPANY = {
    "name": "Huaxin Machinery",
    "registration_no": "91320594MA1K4R2D0A",
    "industry": "MACHINERY",
    "legal_address": "1 Xinghu Street, Suzhou",
    "phone": "+86 512 6288 0000",
}


async def registered(chen: Calls, **more: Any) -> str:
    """The path of a customer."""
    answer = await chen.post("/v1/customers", **{**COMPANY, **more})
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


async def ask(chen: Calls, app: FastAPI, path: str, flow: str, **form: Any) -> Approvals:
    """A running approval of a flow."""
    answer = await chen.post(
        f"{path}/approval-requests", headers={"if-match": "*"}, flow=flow, form=form
    )
    assert answer.status_code == 201, answer.text
    approvals = Approvals(app, answer.json())
    await approvals.start()
    return approvals


async def verified(chen: Calls, app: FastAPI) -> tuple[str, Approvals]:
    """A customer that TAS 1-2 has verified."""
    path = await registered(chen)
    approvals = await ask(chen, app, path, ASSESSMENT)
    await approvals.end()
    return path, approvals


async def read(chen: Calls, path: str) -> dict[str, Any]:
    """The customer as it is now."""
    return dict((await chen.get(path)).json())


async def change(chen: Calls, path: str, **fields: Any) -> Any:
    """A direct change."""
    return await chen.http.patch(path, json=fields, headers={"if-match": "*"})


def published(app: FastAPI, path: str) -> list[Contract]:
    """The contracts of everything that happened to the customer."""
    events = app.state.resources.events.history(UUID(path.rpartition("/")[2]))
    return [
        PUBLISHED[type(event)](event, recorded)
        for event, recorded in events
        if type(event) in PUBLISHED
    ]


async def test_a_customer_begins_unverified_and_is_found_by_that(chen: Calls, app: FastAPI) -> None:
    path = await registered(chen)
    customer = await read(chen, path)
    assert (customer["verification_status"], customer["verified_at"]) == ("UNVERIFIED", None)
    assert customer["legal_address"] == COMPANY["legal_address"]
    await ask(chen, app, path, ASSESSMENT)
    for status, found in (("UNVERIFIED", 0), ("IN_ASSESSMENT", 1)):
        listed = await chen.get("/v1/customers", verification_status=status)
        assert len(listed.json()["items"]) == found


async def test_what_is_not_known_cannot_be_assessed(chen: Calls) -> None:
    path = await registered(chen, registration_no=None)
    refused = await chen.post(f"{path}/approval-requests", 1, flow=ASSESSMENT)
    assert (refused.status_code, refused.json()["code"]) == (422, "REQUIREMENTS_MISSING")
    (error,) = refused.json()["errors"]
    assert (error["rule"], error["code"]) == ("R-22", "FIELD_REQUIRED")


async def test_an_assessment_that_is_approved_verifies(chen: Calls, app: FastAPI) -> None:
    path = await registered(chen)
    form = {"evidence": ["https://archive.example/licence.pdf"], "reason": "New enterprise"}
    approvals = await ask(chen, app, path, ASSESSMENT, **form)
    assert (await read(chen, path))["verification_status"] == "IN_ASSESSMENT"
    await approvals.end()
    customer = await read(chen, path)
    assert customer["verification_status"] == "VERIFIED"
    assert customer["verified_by"] == "sun.li"
    assert customer["verified_at"] is not None
    assert customer["verification_approval_id"] == str(approvals.about["approval_id"])
    requested = next(
        one for one in published(app, path) if isinstance(one, contracts.CustomerApprovalRequested)
    )
    assert requested.form == form
    assert requested.facts["owner_roles"] == ["data_steward", "marketing"]
    assert requested.facts["changed_fields"] == []
    assert [type(one).__name__ for one in published(app, path)] == [
        "CustomerRegistered",
        "CustomerApprovalRequested",
        "CustomerApprovalResultRecorded",
        "CustomerInfoVerified",
    ]
    assert not any("6288" in one.model_dump_json() for one in published(app, path))
    again = await chen.post(f"{path}/approval-requests", 5, flow=ASSESSMENT)
    assert (again.status_code, again.json()["code"]) == (409, "APPROVAL_GRANTED")


async def test_a_rejected_one_may_be_corrected_and_asked_again(chen: Calls, app: FastAPI) -> None:
    path = await registered(chen)
    approvals = await ask(chen, app, path, ASSESSMENT)
    twice = await chen.post(f"{path}/approval-requests", 3, flow=ASSESSMENT)
    assert (twice.status_code, twice.json()["code"]) == (409, "APPROVAL_RUNNING")
    locked = await change(chen, path, registration_no="1")
    assert (locked.status_code, locked.json()["code"]) == (409, "APPROVAL_RUNNING")
    assert (await change(chen, path, region="EAST")).status_code == 200
    await approvals.end("REJECTED")
    customer = await read(chen, path)
    assert (customer["verification_status"], customer["verified_by"]) == ("REJECTED", None)
    assert (await change(chen, path, registration_no="91320594MA1K4YYY0B")).status_code == 200
    second = await ask(chen, app, path, ASSESSMENT)
    await second.end()
    assert (await read(chen, path))["verification_status"] == "VERIFIED"
    listed = await chen.get(f"{path}/approval-requests", flow=ASSESSMENT, status="APPROVED")
    assert [item["request_no"] for item in listed.json()["items"]] == [2]


@pytest.mark.parametrize("outcome", ["REVOKED", "TERMINATED", "NOT_STARTED"])
@pytest.mark.parametrize("before", ["UNVERIFIED", "REJECTED"])
async def test_without_a_decision_it_stays_what_it_was(
    chen: Calls, app: FastAPI, before: str, outcome: str
) -> None:
    path = await registered(chen)
    if before == "REJECTED":
        await (await ask(chen, app, path, ASSESSMENT)).end("REJECTED")
    approvals = await ask(chen, app, path, ASSESSMENT)
    await approvals.give_back()
    assert (await read(chen, path))["verification_status"] == "IN_ASSESSMENT"
    if outcome == "NOT_STARTED":
        await approvals.fail_to_start()
    else:
        await approvals.end(outcome)
    assert (await read(chen, path))["verification_status"] == before


async def test_taken_back_it_is_unverified_again(chen: Calls, app: FastAPI) -> None:
    path, approvals = await verified(chen, app)
    await approvals.reverse()
    customer = await read(chen, path)
    assert customer["verification_status"] == "UNVERIFIED"
    assert (customer["verified_at"], customer["verification_approval_id"]) == (None, None)
    assert isinstance(published(app, path)[-1], contracts.CustomerVerificationWithdrawn)
    assert (await change(chen, path, name="Huaxin Group")).status_code == 200
    await approvals.resubmit()
    assert (await read(chen, path))["verification_status"] == "IN_ASSESSMENT"
    await approvals.end()
    assert (await read(chen, path))["verification_status"] == "VERIFIED"


async def test_core_fields_of_a_verified_customer_need_1_3(chen: Calls, app: FastAPI) -> None:
    path, _ = await verified(chen, app)
    refused = await change(chen, path, name="Huaxin Group", industry=None, region="EAST")
    assert (refused.status_code, refused.json()["code"]) == (422, "REQUIREMENTS_MISSING")
    assert CORE_CHANGE in refused.json()["detail"]
    assert [(e["pointer"], e["rule"]) for e in refused.json()["errors"]] == [
        ("/industry", "R-21"),
        ("/name", "R-21"),
    ]
    assert (await change(chen, path, region="EAST", name=COMPANY["name"])).status_code == 200
    items = (await chen.get(f"{path}/allowed-commands")).json()["items"]
    assert items[0]["locked_fields"] == ["name", "registration_no", "industry", "legal_address"]
    targets = {target["value"]: target["allowed"] for target in items[1]["targets"]}
    assert targets == {ASSESSMENT: False, CORE_CHANGE: True}


async def test_a_proposal_is_seen_and_applied_by_its_approval_only(
    chen: Calls, app: FastAPI
) -> None:
    path, _ = await verified(chen, app)
    wanted = {"name": "Huaxin Group", "legal_address": None}
    approvals = await ask(
        chen, app, path, CORE_CHANGE, changes=wanted | {"industry": "MACHINERY"}, reason="Merger"
    )
    customer = await read(chen, path)
    assert (customer["name"], customer["verification_status"]) == (COMPANY["name"], "VERIFIED")
    (proposed,) = customer["proposed_changes"]
    assert proposed["changes"] == wanted
    assert proposed["previous"] == {name: COMPANY[name] for name in wanted}
    assert proposed["approval_id"] == str(approvals.about["approval_id"])
    requested = published(app, path)[-1]
    assert isinstance(requested, contracts.CustomerApprovalRequested)
    assert requested.facts["changed_fields"] == ["legal_address", "name"]
    assert requested.facts["owner_roles"] == ["data_steward"]
    assert requested.facts["name"] == COMPANY["name"]
    assert requested.form == {"changes": wanted, "reason": "Merger"}
    await approvals.end()
    customer = await read(chen, path)
    assert (customer["name"], customer["legal_address"]) == ("Huaxin Group", None)
    assert customer["proposed_changes"] == []
    changed = published(app, path)[-1]
    assert isinstance(changed, contracts.CustomerCoreFieldChanged)
    assert (changed.changes, changed.previous) == (wanted, proposed["previous"])
    assert changed.name == "Huaxin Group"
    duplicate = await chen.post("/v1/customers", name="huaxin group")
    assert duplicate.status_code == 409


@pytest.mark.parametrize("outcome", ["REJECTED", "REVOKED", "TERMINATED", "NOT_STARTED"])
async def test_another_end_leaves_no_trace(chen: Calls, app: FastAPI, outcome: str) -> None:
    path, _ = await verified(chen, app)
    before = await read(chen, path)
    approvals = await ask(chen, app, path, CORE_CHANGE, changes={"name": "Huaxin Group"})
    if outcome == "NOT_STARTED":
        await approvals.fail_to_start()
    else:
        await approvals.end(outcome)
    after = await read(chen, path)
    moving = {"version", "updated_at"}
    assert {k: after[k] for k in after.keys() - moving} == {
        k: before[k] for k in before.keys() - moving
    }


async def test_of_two_proposals_the_second_is_not_applied(chen: Calls, app: FastAPI) -> None:
    path, _ = await verified(chen, app)
    first = await ask(chen, app, path, CORE_CHANGE, changes={"name": "A", "industry": "IT"})
    second = await ask(chen, app, path, CORE_CHANGE, changes={"name": "B"})
    third = await ask(chen, app, path, CORE_CHANGE, changes={"legal_address": "2 Xinghu Street"})
    assert len((await read(chen, path))["proposed_changes"]) == 3
    for each in (first, second, third):
        await each.end()
    customer = await read(chen, path)
    assert (customer["name"], customer["industry"]) == ("A", "IT")
    assert customer["legal_address"] == "2 Xinghu Street"
    assert customer["proposed_changes"] == []
    items = (await chen.get(f"{path}/approval-requests", flow=CORE_CHANGE)).json()["items"]
    assert [(item["request_no"], item["in_effect"], item["reason_code"]) for item in items] == [
        (1, True, None),
        (2, False, "FIELDS_CHANGED_MEANWHILE"),
        (3, True, None),
    ]
    assert "name" in items[1]["reason"]
    await first.reverse()
    single = await chen.get(f"{path}/approval-requests/{first.about['approval_id']}")
    assert single.json()["status"] == "REVERSED"
    assert (await read(chen, path))["name"] == "A"


@pytest.mark.parametrize(
    ("form", "applied"),
    [
        ({"changes": {"name": "Huaxin Holding"}}, "Huaxin Holding"),
        ({"changes": {"name": "X", "industry": "IT"}}, None),
        ({"changes": {"name": None}}, None),
        ({"changes": {"name": 5}}, None),
        ({"changes": "name"}, None),
    ],
    ids=str,
)
async def test_the_fields_that_were_asked_for_are_those_that_change(
    chen: Calls, app: FastAPI, form: dict[str, Any], applied: str | None
) -> None:
    path, _ = await verified(chen, app)
    approvals = await ask(chen, app, path, CORE_CHANGE, changes={"name": "Huaxin Group"})
    await approvals.end(form=form)
    customer = await read(chen, path)
    assert (customer["name"], customer["industry"]) == (applied or COMPANY["name"], "MACHINERY")
    item = (await chen.get(f"{path}/approval-requests", flow=CORE_CHANGE)).json()["items"][0]
    assert (item["status"], item["in_effect"]) == ("APPROVED", applied is not None)
    assert item["reason_code"] == (None if applied else "FORM_INVALID")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"region": "EAST"}, "NO_CORE_FIELD"),
        ({"name": COMPANY["name"]}, "NOTHING_TO_CHANGE"),
        ({"registration_no": None}, "FORM_INVALID"),
        ({"phone": "1234"}, "REQUEST_INVALID"),
        ({}, "NOTHING_TO_CHANGE"),
    ],
    ids=str,
)
async def test_proposals_that_are_refused(
    chen: Calls, app: FastAPI, changes: dict[str, Any], code: str
) -> None:
    path, _ = await verified(chen, app)
    refused = await chen.post(
        f"{path}/approval-requests", 5, flow=CORE_CHANGE, form={"changes": changes}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, code), refused.text
    pointers = [error["pointer"] for error in refused.json()["errors"]]
    assert pointers == [f"/form/changes/{name}" for name in changes if code != "NOTHING_TO_CHANGE"]


async def test_an_unverified_customer_is_changed_directly(chen: Calls) -> None:
    path = await registered(chen)
    refused = await chen.post(
        f"{path}/approval-requests", 1, flow=CORE_CHANGE, form={"changes": {"name": "A"}}
    )
    assert (refused.status_code, refused.json()["code"]) == (422, "REQUIREMENTS_MISSING")
    assert [e["rule"] for e in refused.json()["errors"]] == ["R-22"]
    assert (await change(chen, path, name="A")).status_code == 200


async def test_reading_and_asking_within_the_data_scope(
    chen: Calls, call: Callable[..., Calls], app: FastAPI
) -> None:
    path, approvals = await verified(chen, app)
    mia = call("mia", roles=["sales_rep"])
    approval_id = approvals.about["approval_id"]
    for address in ("approvals", f"approvals/{approval_id}", "allowed-commands"):
        assert (await mia.get(f"{path}/{address}")).status_code == 404
    assert (await mia.post(f"{path}/approval-requests", 5, flow=ASSESSMENT)).status_code == 404
    other = await registered(chen, name="Other", phone=None, force=True)
    assert (await chen.get(f"{other}/approval-requests/{approval_id}")).status_code == 404
    types = [item["type"] for item in (await chen.get(f"{path}/history")).json()["items"]]
    assert types == [
        "customer.registered",
        "customer.approval_requested",
        "customer.approval_progressed",
        "customer.approval_result_recorded",
        "customer.info_verified",
    ]


async def test_reference_lists_have_labels_in_both_languages(chen: Calls) -> None:
    for name in (
        "approval-statuses",
        "approval-flows",
        "verification-statuses",
        "customer-core-fields",
    ):
        items = (await chen.get(f"/lead-service/v1/reference/{name}")).json()["items"]
        assert items
        assert all(item["label"] and item["label_zh"] for item in items)
    assert items[0]["attributes"] == {"owner_role": "data_steward", "required": True}
