"""What approvals change, as the API shows it and across opportunities."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from opentas_shared.contracts.lead import Amount
from opportunity_service.publishing import PUBLISHED
from tests.service.opportunity.conftest import (
    Calls,
    completed,
    refreshed,
    reversed_,
    started,
    went_stale,
)
from tests.support.opportunity_flows import (
    FLOW_2_1,
    FLOW_2_2,
    FLOW_2_3,
    FLOW_2_4,
    FLOW_2_5,
    FLOW_2_6,
    FLOW_3_1,
    FLOW_3_2,
    FLOW_4_1,
    FLOW_6_1,
    FLOW_6_2,
    FLOW_6_3,
    FLOW_6_4,
    FLOW_7_1,
    FORMS,
)

if TYPE_CHECKING:
    from collections.abc import Callable

YES = {"answer": True}


def slot(person_id: str = "ma.chao", day: int = 1, hour: int = 9) -> dict[str, Any]:
    """Two hours of a day of December in Shanghai."""
    at = f"2026-12-{day:02}T{{:02}}:00:00+08:00"
    times = {"from": at.format(hour), "until": at.format(hour + 2)}
    return {"person_id": person_id, "role": "consultant", **times}


async def initiated(chen: Calls, **facts: Any) -> str:
    """An opportunity with an approved 2-1, in the stage of the bid."""
    amount = Amount(amount_minor=150_000_000, currency="CNY")
    id = await chen.converted(amount=amount, expected_close_date="2027-06-30", **facts)
    await chen.do(id, "go-no-go", is_it_an_opportunity=YES, are_we_competitive=YES)
    await chen.approval(id, FLOW_2_1)
    await chen.do(id, "stage-advancement", to_stage="ORGANIZE_BID")
    return id


async def provided(chen: Calls) -> str:
    """The same with granted presales resources."""
    id = await initiated(chen)
    await chen.approval(id, FLOW_2_3)
    return id


async def partner_led(chen: Calls, customer_id: str | None = None) -> str:
    """An opportunity that a partner leads."""
    id = await chen.converted(customer_id=customer_id)
    await chen.do(id, "partner-led-change", partner_led=True)
    return id


async def items(chen: Calls, path: str, **parameters: Any) -> list[dict[str, Any]]:
    """The items of a list."""
    answer = await chen.get(path, **parameters)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])


async def outcome_of(chen: Calls, id: str, approval_id: str) -> dict[str, Any]:
    """What the opportunity knows of an approval."""
    asked = await items(chen, f"/v1/opportunities/{id}/approval-requests")
    return next(one for one in asked if one["approval_id"] == approval_id)


async def test_the_request_says_where_the_approval_is(chen: Calls) -> None:
    id = await chen.converted()
    answer = await chen.post(
        f"/v1/opportunities/{id}/approval-requests", "*", flow=FLOW_3_1, form=FORMS[FLOW_3_1]
    )
    assert answer.status_code == 201
    assert answer.headers["location"] == f"/v1/approvals/{answer.json()['approval_id']}"
    former = (await chen.get(f"/v1/opportunities/{id}/approvals")).json()
    assert former == (await chen.get(f"/v1/opportunities/{id}/approval-requests")).json()


async def test_everything_that_approvals_change_can_be_read(chen: Calls) -> None:
    id = await provided(chen)
    path = f"/v1/opportunities/{id}"
    dispatch = {"slots": [slot(), slot("tang.li", 2)]}
    await chen.approval(id, FLOW_2_5, **dispatch)
    today = datetime.now(UTC).date() - timedelta(days=1)
    entry = {"person_id": "ma.chao", "day": today.isoformat(), "half_hours": 4}
    await chen.approval(id, FLOW_2_6, entries=[entry, {**entry, "person_id": "tang.li"}])
    await chen.approval(id, FLOW_2_6, entries=[{**entry, "half_hours": 3, "activity": "Demo"}])
    for flow in (FLOW_3_1, FLOW_3_2, FLOW_4_1, FLOW_6_1, FLOW_6_2, FLOW_6_3, FLOW_6_4):
        await chen.approval(id, flow)
    await chen.do(id, "win", waived_rules=[])
    await chen.approval(id, FLOW_7_1)

    grants = await items(chen, f"{path}/presales-resources")
    assert [(grant["kind"], grant["holds"]) for grant in grants] == [
        ("PRESALES_RESOURCES", True),
        ("TEST_RESOURCES", True),
    ]
    assert grants[0]["resources"][0]["ends_on"] == "2026-12-31"
    (dispatched,) = await items(chen, f"{path}/dispatches")
    assert [one["person_id"] for one in dispatched["slots"]] == ["ma.chao", "tang.li"]
    hours = (await chen.get(f"{path}/hours")).json()
    assert hours["total_half_hours"] == 11
    assert hours["by_person"] == [
        {"person_id": "ma.chao", "half_hours": 7},
        {"person_id": "tang.li", "half_hours": 4},
    ]
    plans = await items(chen, f"{path}/plans")
    assert [(plan["plan"], plan["plan_version"]) for plan in plans] == [
        ("TECHNICAL_GUIDANCE_PLAN", 1),
        ("BUSINESS_RELATIONS_PLAN", 1),
        ("TECHNICAL_PROPOSAL", 1),
        ("COMMERCIAL_PLAN", 1),
        ("CONTRACT_SCOPE", 1),
    ]
    (issued,) = await items(chen, f"{path}/documents")
    assert issued["documents"][0]["copies"] == 2
    shown = await chen.read(id)
    assert shown["presales_half_hours"] == 11
    assert None not in (shown["initiated_at"], shown["bid_allowed_at"], shown["scope_approved_at"])
    assert [one["id"] for one in await items(chen, "/v1/opportunities", initiated=True)] == [id]
    assert await items(chen, "/v1/opportunities", initiated=False) == []


async def test_nobody_is_booked_twice_across_opportunities(chen: Calls) -> None:
    one, two = await provided(chen), await provided(chen)
    booked = await chen.approval(one, FLOW_2_5, slots=[slot()])
    (booking,) = await items(chen, "/v1/presales-bookings")
    refused = await chen.refused(
        two, "approval-requests", flow=FLOW_2_5, form={"slots": [slot(hour=10)]}
    )
    assert [(item["code"], item["rule"]) for item in refused["errors"]] == [("CONFLICT", "R-13")]
    assert refused["missing"][0]["name"] == booking["id"]
    assert one in refused["detail"]
    await chen.approval(two, FLOW_2_5, slots=[slot(hour=11), slot("tang.li")])
    await chen.hears(reversed_(one, booked, FLOW_2_5))
    await chen.approval(two, FLOW_2_5, slots=[slot()])
    assert [one["holds"] for one in await items(chen, f"/v1/opportunities/{one}/dispatches")] == [
        False
    ]
    people = [b["person_id"] for b in await items(chen, "/v1/presales-bookings")]
    assert sorted(people) == ["ma.chao", "ma.chao", "tang.li"]


async def test_of_two_that_run_at_once_the_second_has_no_effect(chen: Calls) -> None:
    ids = [await provided(chen) for _ in range(4)]
    asked = [await chen.approval(id, FLOW_2_5, None, slots=[slot()]) for id in ids]
    results = zip(ids, asked, strict=True)
    await asyncio.gather(
        *(chen.hears(completed(id, one, FLOW_2_5, "APPROVED")) for id, one in results)
    )
    found = [await outcome_of(chen, *pair) for pair in zip(ids, asked, strict=True)]
    assert sorted(one["in_effect"] for one in found) == [False, False, False, True]
    (booking,) = await items(chen, "/v1/presales-bookings")
    late = next(one for one in found if not one["in_effect"])
    assert (late["reason_code"], late["missing"]) == ("NOT_POSSIBLE_ANY_MORE", [booking["id"]])
    gate = await chen.refused(late["opportunity_id"], "approval-requests", flow=FLOW_2_6)
    assert "R-16" in [item["rule"] for item in gate["errors"]]


async def test_bookings_are_listed_by_person_and_period(
    chen: Calls, call: Callable[..., Calls]
) -> None:
    id = await provided(chen)
    await chen.approval(id, FLOW_2_5, slots=[slot(day=day) for day in (1, 2, 3)])
    await chen.approval(id, FLOW_2_5, slots=[slot("tang.li", day=2)])

    async def days(**parameters: Any) -> list[str]:
        found = await items(chen, "/v1/presales-bookings", **parameters)
        return [one["starts_at"][8:10] for one in found]

    assert await days() == ["01", "02", "02", "03"]
    assert await days(person_id="ma.chao") == ["01", "02", "03"]
    second = {"from": "2026-12-02T00:00:00+08:00", "to": "2026-12-03T00:00:00+08:00"}
    assert await days(**second) == ["02", "02"]
    assert await days(**{"from": "2026-12-02T11:00:00+08:00"}) == ["03"]
    assert await days(opportunity_id=id, sort="-starts_at", limit=1) == ["03"]
    own = call("ma.chao", roles=["presales_engineer"])
    assert len(await items(own, "/v1/presales-bookings")) == 3
    await chen.do(id, "loss", reason="PRICE")
    assert await days() == []


async def test_a_wrong_form_is_told_field_by_field(chen: Calls) -> None:
    id = await provided(chen)
    wrong = {"slots": [{**slot(), "from": "2026-12-01T09:10:00+08:00"}, {"role": "consultant"}]}
    refused = await chen.refused(id, "approval-requests", flow=FLOW_2_5, form=wrong)
    assert [(error["pointer"], error["rule"]) for error in refused["errors"]] == [
        ("/form/slots/0/from", "R-13"),
        ("/form/slots/1/person_id", "R-23"),
        ("/form/slots/1/from", "R-23"),
        ("/form/slots/1/until", "R-23"),
    ]


async def test_only_people_of_the_directory_are_dispatched(chen: Calls) -> None:
    id = await provided(chen)
    form = {"slots": [slot("nobody")]}
    refused = await chen.refused(id, "approval-requests", flow=FLOW_2_5, form=form)
    assert refused["errors"][0]["pointer"] == "/form/slots/0/person_id"


async def test_one_live_registration_of_a_customer_and_project(chen: Calls) -> None:
    one, two = await partner_led(chen), await partner_led(chen)
    form = FORMS[FLOW_2_2]
    same = {**form, "partner": "Beifang", "customer": " suzhou  STEEL", "project": "mes"}
    running = await chen.approval(two, FLOW_2_2, None, **same)
    await chen.approval(one, FLOW_2_2)
    (live,) = await items(chen, f"/v1/opportunities/{one}/registration")
    assert (live["status"], live["partner"]) == ("LIVE", "Huadong Systems")
    await chen.hears(completed(two, running, FLOW_2_2, "APPROVED"))
    assert (await outcome_of(chen, two, running))["missing"] == [live["id"]]
    refused = await chen.refused(two, "approval-requests", flow=FLOW_2_2, form=same)
    assert (refused["errors"][0]["code"], refused["errors"][0]["rule"]) == ("CONFLICT", "R-15")
    assert live["id"] in refused["detail"]
    await chen.approval(two, FLOW_2_2, **{**same, "project": "WMS"})
    found = await items(chen, "/v1/class-e-registrations", status="LIVE", sort="partner")
    assert [each["partner"] for each in found] == ["Beifang", "Huadong Systems"]
    assert await items(chen, "/v1/class-e-registrations", partner="Nobody") == []
    assert len(await items(chen, "/v1/class-e-registrations", q="wms")) == 1
    await chen.do(one, "loss", reason="PRICE")
    await chen.approval(two, FLOW_2_2, **same)
    assert [each["status"] for each in await items(chen, "/v1/class-e-registrations")] == [
        "LIVE",
        "ENDED",
        "ENDED",
    ]


async def test_an_expired_registration_no_longer_blocks(chen: Calls) -> None:
    long_ago = datetime(2026, 1, 5, tzinfo=UTC)
    one = await chen.converted(at=long_ago)
    two = await partner_led(chen)
    importer_time = {"effective_at": long_ago.isoformat()}
    importer = Calls(chen.app, "migration", roles=["importer", "admin"])
    await importer.do(one, "partner-led-change", partner_led=True, **importer_time)
    body = {"flow": FLOW_2_2, "form": FORMS[FLOW_2_2], **importer_time}
    asked = await importer.do(one, "approval-requests", **body)
    await chen.hears(completed(one, asked["approval_id"], FLOW_2_2, "APPROVED"), long_ago)
    (old,) = await items(chen, f"/v1/opportunities/{one}/registration")
    assert (old["status"], old["expires_at"][:10]) == ("EXPIRED", "2026-07-04")
    await chen.approval(two, FLOW_2_2)
    refused = await chen.refused(one, "approval-requests", flow=FLOW_2_2, form=FORMS[FLOW_2_2])
    assert [item["code"] for item in refused["errors"]] == ["CONFLICT"]
    await importer.http.aclose()


async def test_what_a_partner_leads_is_registered_before_it_is_initiated(chen: Calls) -> None:
    id = await partner_led(chen)
    assert (await chen.read(id))["tas_class"] == "E"
    await chen.do(id, "go-no-go", is_it_an_opportunity=YES, are_we_competitive=YES)
    refused = await chen.refused(id, "approval-requests", flow=FLOW_2_1)
    assert [item["rule"] for item in refused["errors"]] == ["R-15"]
    first = await chen.approval(id, FLOW_2_2)
    renewed = await chen.approval(id, FLOW_2_2)
    shown = await items(chen, f"/v1/opportunities/{id}/registration")
    assert [(one["id"], one["end_reason"]) for one in shown] == [
        (renewed, None),
        (first, "RENEWED"),
    ]
    await chen.approval(id, FLOW_2_1)
    assert [one["id"] for one in await items(chen, "/v1/opportunities", partner_led=True)] == [id]


async def test_an_approved_upgrade_is_seen_and_taken_back(chen: Calls) -> None:
    id = await chen.converted(amount=Amount(amount_minor=100, currency="CNY"))
    form = {**FORMS[FLOW_2_4], "tas_class": "A"}
    approval_id = await chen.approval(id, FLOW_2_4, **form)
    shown = await chen.read(id)
    assert (shown["strategic_grade"], shown["tas_class"], shown["amount_grade"]) == (
        "KEY",
        "A",
        "C",
    )
    assert [one["id"] for one in await items(chen, "/v1/opportunities", tas_class="A")] == [id]
    await chen.hears(reversed_(id, approval_id, FLOW_2_4))
    shown = await chen.read(id)
    assert (shown["strategic_grade"], shown["tas_class"]) == ("STANDARD", "C")
    assert (await outcome_of(chen, id, approval_id))["status"] == "REVERSED"


async def test_a_stale_approval_holds_up_what_needs_it(chen: Calls) -> None:
    id = await initiated(chen)
    for flow in (FLOW_6_1, FLOW_6_2):
        await chen.approval(id, flow)
    bid = await chen.approval(id, FLOW_6_3)
    await chen.hears(went_stale(id, bid, FLOW_6_3))
    assert (await chen.read(id))["stale_flows"] == [FLOW_6_3]
    refused = await chen.refused(id, "stage-advancement")
    assert [item["rule"] for item in refused["errors"]] == ["R-18"]
    await chen.hears(refreshed(id, bid, FLOW_6_3))
    await chen.do(id, "stage-advancement")
    await chen.hears(went_stale(id, bid, FLOW_6_3))
    await chen.hears(started(id, bid, FLOW_6_3))
    assert (await outcome_of(chen, id, bid))["status"] == "RUNNING"
    await chen.hears(completed(id, bid, FLOW_6_3, "APPROVED"))
    assert (await chen.read(id))["stale_flows"] == []
    await chen.do(id, "win")


async def test_the_scope_and_its_digest(chen: Calls) -> None:
    id = await chen.converted()
    file = {"name": "sow.pdf", "size": 3, "sha256": "0" * 64, "location": "s3://sow"}
    first = await chen.do(id, "scope-revision", text="MES", attachments=[file])
    assert first["scope"] == {"text": "MES", "attachments": [file]}
    second = await chen.do(id, "scope-revision", text="MES and WMS", attachments=[file])
    assert second["scope_digest"] != first["scope_digest"]
    again = await chen.do(id, "scope-revision", text="MES", attachments=[file])
    assert again["scope_digest"] == first["scope_digest"]


async def test_which_flows_can_be_asked_for_now(chen: Calls) -> None:
    id = await initiated(chen)
    answer = await chen.get(f"/v1/opportunities/{id}/allowed-commands")
    (command,) = [c for c in answer.json()["items"] if c["command"] == "approval-requests"]
    reasons = {
        target["value"]: [reason["rule"] for reason in target["reasons"]]
        for target in command["targets"]
    }
    assert reasons == {
        FLOW_2_1: ["APPROVAL_GRANTED"],
        FLOW_2_2: ["R-15"],
        FLOW_2_3: [],
        FLOW_2_4: ["R-14"],
        FLOW_2_5: ["R-13"],
        FLOW_2_6: ["R-16"],
        FLOW_3_1: [],
        FLOW_3_2: [],
        FLOW_4_1: [],
        FLOW_6_1: [],
        FLOW_6_2: [],
        FLOW_6_3: ["R-18", "R-18"],
        FLOW_6_4: ["R-19"],
        FLOW_7_1: ["R-20"],
    }


async def test_effects_are_published_without_texts(chen: Calls) -> None:
    id = await provided(chen)
    await chen.approval(id, FLOW_2_5, slots=[slot()])
    entry = {"person_id": "ma.chao", "day": "2026-11-02", "half_hours": 4, "activity": "Secret"}
    await chen.approval(id, FLOW_2_6, entries=[entry])
    await chen.approval(id, FLOW_6_1, text="Secret")
    events = chen.app.state.resources.events.after(0, 1000)
    sent = [PUBLISHED[type(e)](e, recorded) for e, recorded in events if type(e) in PUBLISHED]
    effects = [one for one in sent if "effects" in type(one).__module__]
    assert [type(one).__name__ for one in effects] == [
        "OpportunityInitiated",
        "PresalesResourcesGranted",
        "PresalesDispatched",
        "PresalesHoursApproved",
        "PlanApproved",
    ]
    for one in effects:
        assert "Secret" not in one.model_dump_json()
        assert type(one).model_validate_json(one.model_dump_json()) == one
    hours: Any = effects[3]
    assert (hours.entries[0].half_hours, hours.presales_half_hours) == (4, 4)
    asked: Any = [one for one in sent if type(one).__name__ == "ApprovalRequested"]
    assert asked[1].facts["requested_hours"] == 40
    for request in asked:
        later = request.model_dump(mode="json")
        assert {later[name] for name in ("opened_at", "initiated_at")} == {
            request.facts[name] for name in ("opened_at", "initiated_at")
        }
        assert request.facts["name"]
    assert asked[2].facts["booked_half_hours"] == 4


async def test_effects_of_others_are_not_seen(call: Callable[..., Calls], chen: Calls) -> None:
    id = await partner_led(chen)
    await chen.approval(id, FLOW_2_2)
    huang = call("huang.lei", roles=["sales_manager"])
    for part in ("registration", "presales-resources", "dispatches", "hours", "plans", "documents"):
        assert (await huang.get(f"/v1/opportunities/{id}/{part}")).status_code == 404
    assert await items(huang, "/v1/class-e-registrations") == []


async def test_who_was_dispatched_sees_the_opportunity_and_reports_hours(
    call: Callable[..., Calls], chen: Calls
) -> None:
    id = await provided(chen)
    ma = call("ma.chao", roles=["presales_engineer"])
    assert (await ma.get(f"/v1/opportunities/{id}")).status_code == 404
    await chen.approval(id, FLOW_2_5, slots=[slot()])
    assert (await ma.read(id))["id"] == id
    entry = {"person_id": "ma.chao", "day": "2026-11-02", "half_hours": 4}
    asked = await ma.do(id, "approval-requests", flow=FLOW_2_6, form={"entries": [entry]})
    assert asked["submitter_id"] == "ma.chao"
    tang = call("tang.li", roles=["presales_engineer"])
    assert (await tang.get(f"/v1/opportunities/{id}")).status_code == 404
