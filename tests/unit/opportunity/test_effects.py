"""What approvals change, what stands in the way, and what is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from opentas_shared.domain.errors import IllegalTransition, RequirementsMissing
from opentas_shared.domain.money import Money
from opportunity_service.domain.effects.elsewhere import Elsewhere
from opportunity_service.domain.effects.registering import Registration
from opportunity_service.domain.effects.slots import Booking
from opportunity_service.domain.opening import Opening
from tests.support.opportunity_flows import (
    FLOW_2_1,
    FLOW_2_2,
    FLOW_2_3,
    FLOW_2_4,
    FLOW_2_5,
    FLOW_2_6,
    FLOW_6_1,
    FLOW_6_2,
    FLOW_6_3,
    FLOW_6_4,
    FLOW_7_1,
    FORMS,
    PERIOD,
)
from tests.unit.opportunity.conftest import Case
from tests.unit.opportunity.test_preconditions import (
    HOURS,
    SLOTS,
    allowed_to_bid,
    dispatched,
    initiated,
    opened,
    partner_led,
    provided,
    reviewed,
    won,
)

SLOT = SLOTS["slots"][0]


def taken(case: Case) -> Any:
    """The last event: the effect of an approval."""
    return case.news()[-1]


def refusals(case: Case, flow: str, form: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Kind, rule and name of everything that a request lacks."""
    with pytest.raises(RequirementsMissing) as refused:
        case.requested(flow, form)
    missing = refused.value.members["missing"]
    return [(item["kind"], item["rule"], item["name"]) for item in missing]


def slots(*changes: dict[str, Any]) -> dict[str, Any]:
    return {"slots": [{**SLOT, **change} for change in changes]}


def test_initiation_and_bid_are_facts() -> None:
    case = allowed_to_bid()
    events = [type(event).__name__ for event in case.news()]
    assert events.count("Initiated") == events.count("BidAllowed") == 1
    facts = case.it.facts
    assert facts.initiated_at is not None
    assert facts.bid_allowed_at is not None
    assert facts.scope_approved_at is None


def test_a_registration_expires_by_time_alone_and_is_renewed() -> None:
    case = partner_led()
    approval_id = case.granted(FLOW_2_2)
    content = taken(case).content
    until = datetime.fromisoformat(content["expires_at"])
    assert until == case.now + timedelta(days=180)
    assert case.it.facts.registered_until == content["expires_at"]
    assert (content["claim"], content["renews"]) == ("suzhou steel / mes", [])
    case.now = until - timedelta(hours=2)
    case.it.ensure_requestable(FLOW_2_1, case.around, case.at())
    with pytest.raises(RequirementsMissing) as expired:
        case.it.ensure_requestable(FLOW_2_1, case.around, case.at())
    assert [violation.rule for violation in expired.value.violations] == ["R-15"]
    case.granted(FLOW_2_2)
    assert taken(case).content["renews"] == [approval_id]
    case.granted(FLOW_2_1)


def test_another_registration_of_the_same_claim_is_named() -> None:
    case = partner_led()
    other = Registration("r-1", "o-1", "Beifang", "2026-05-01T00:00:00+00:00")
    alone, around = case.around, replace(case.around, elsewhere=Elsewhere(registrations=(other,)))
    case.around = around
    assert refusals(case, FLOW_2_2, FORMS[FLOW_2_2]) == [("CONFLICT", "R-15", "r-1")]
    case.around = alone
    approval_id = case.requested(FLOW_2_2)
    case.it.record_result(approval_id, "APPROVED", around, case.at())
    result = taken(case)
    assert (result.outcome, result.in_effect) == ("APPROVED", False)
    assert (result.reason_code, result.missing) == ("NOT_POSSIBLE_ANY_MORE", ["r-1"])
    assert "o-1" in result.reason
    assert case.it.facts.registered_until is None
    case.granted(FLOW_2_2)


def test_a_registration_needs_partner_customer_and_project() -> None:
    case = partner_led()
    assert [name for _, _, name in refusals(case, FLOW_2_2, {})] == ["form.partner", "form.project"]
    form = {"partner": "Huadong", "project": "MES"}
    assert refusals(case, FLOW_2_2, form) == [("FIELD", "R-15", "form.customer")]
    owned = Opening("MES", "chen.jing", customer_id="c-1", partner_led=True)
    case = Case(opening=owned)
    case.granted(FLOW_2_2, form)
    assert taken(case).content["claim"] == "c-1 / mes"


def test_granted_resources_are_kept_line_by_line() -> None:
    case = provided()
    assert taken(case).content == {
        "resources": [
            {
                "role": "consultant",
                "quantity": 2,
                "hours": 40,
                "starts_on": "2026-12-01",
                "ends_on": "2026-12-31",
            }
        ]
    }
    wrong = {"resources": [{"role": " ", "quantity": 0, "hours": True, **PERIOD, "until": "1"}]}
    names = [name.rsplit(".", 1)[1] for _, _, name in refusals(case, FLOW_2_3, wrong)]
    assert names == ["role", "quantity", "hours", "until"]
    empty: list[dict[str, Any]] = [
        {},
        {"resources": []},
        {"resources": "two"},
        {"resources": ["two"]},
    ]
    for nothing in empty:
        assert refusals(case, FLOW_2_3, nothing) == [("FIELD", "R-23", "form.resources")]


def test_what_approvers_changed_in_the_form_takes_effect() -> None:
    case = initiated()
    approval_id = case.requested(FLOW_2_3)
    less = {"resources": [{**FORMS[FLOW_2_3]["resources"][0], "hours": 8}]}
    case.it.record_result(approval_id, "APPROVED", case.around, case.at(), less)
    assert taken(case).content["resources"][0]["hours"] == 8


def test_an_upgrade_raises_grade_and_class_and_is_taken_back() -> None:
    case = opened()
    form = {**FORMS[FLOW_2_4], "tas_class": "B"}
    approval_id = case.granted(FLOW_2_4, form)
    assert (case.it.facts.strategic_grade, case.it.facts.tas_class) == ("KEY", "B")
    assert case.it.facts.amount_grade == "C"
    case.it.revise_amount(Money(200, "CNY"), case.around, case.at())
    assert case.it.facts.tas_class == "B"
    case.it.revise_amount(Money(200_000_000, "CNY"), case.around, case.at())
    assert case.it.facts.tas_class == "A"
    case.it.revise_amount(Money(200, "CNY"), case.around, case.at())
    case.it.record_result(approval_id, "REVERSED", case.around, case.at())
    assert (case.it.facts.strategic_grade, case.it.facts.tas_class) == ("STANDARD", "C")
    graded = [event for event in case.news() if isinstance(event, case.it.GradeChanged)]
    assert [(e.previous_grade, e.facts["strategic_grade"]) for e in graded] == [
        ("STANDARD", "KEY"),
        ("KEY", "STANDARD"),
    ]


def test_an_upgrade_needs_its_reasons() -> None:
    case = opened()
    assert refusals(case, FLOW_2_4, {}) == [
        ("FIELD", "R-14", "form.strategic_grade"),
        ("FIELD", "R-14", "form.demonstration_value"),
    ]
    case.it.grade_strategically("KEY", case.at())
    lower = {"strategic_grade": "KEY", "tas_class": "C", "demonstration_value": "First"}
    assert refusals(case, FLOW_2_4, lower) == [
        ("FIELD", "R-14", "form.strategic_grade"),
        ("FIELD", "R-14", "form.tas_class"),
    ]


@pytest.mark.parametrize(
    ("form", "expected"),
    [
        (slots({"from": "2026-12-01T09:10:00+08:00"}), ("FIELD", "form.slots[0].from")),
        (slots({"until": "2026-12-01T09:00:00+08:00"}), ("FIELD", "form.slots[0].until")),
        (slots({"from": "2026-12-01T09:00:00"}), ("FIELD", "form.slots[0].from")),
        (slots({"role": "architect"}), ("LIMIT", "form.slots[0]")),
        (slots({"until": "2027-01-01T00:30:00Z"}), ("LIMIT", "form.slots[0]")),
        (slots({"until": "2026-12-03T10:00:00+08:00"}), ("LIMIT", "form.slots")),
        (
            slots({}, {"person_id": "tang.li"}, {"person_id": "wu.hao"}),
            ("LIMIT", "form.slots"),
        ),
        (slots({}, {"from": "2026-12-01T11:00:00+08:00"}), ("CONFLICT", "form.slots")),
    ],
)
def test_what_speaks_against_a_dispatch(form: dict[str, Any], expected: tuple[str, str]) -> None:
    case = provided()
    assert expected in [(kind, name) for kind, _, name in refusals(case, FLOW_2_5, form)]


def test_dispatches_add_up_within_the_grant() -> None:
    case = provided()
    day = {"until": "2026-12-02T05:00:00+08:00"}
    case.granted(FLOW_2_5, slots(day))
    assert taken(case).content["slots"][0]["starts_at"] == "2026-12-01T01:00:00+00:00"
    next_day = {"from": "2026-12-03T00:00:00+08:00", "until": "2026-12-03T20:30:00+08:00"}
    assert ("LIMIT", "R-13", "form.slots") in refusals(case, FLOW_2_5, slots(next_day))
    case.granted(FLOW_2_5, slots({**next_day, "until": "2026-12-03T20:00:00+08:00"}))


def test_somebody_booked_elsewhere_is_named() -> None:
    case = provided()
    hour = timedelta(hours=1)
    nine = datetime(2026, 12, 1, 1, tzinfo=UTC)
    around = Booking("b-1", "o-1", "ma.chao", nine - hour, nine + hour)
    before = Booking("b-2", "o-1", "ma.chao", nine - hour, nine)
    other = Booking("b-3", "o-1", "tang.li", nine, nine + hour)
    case.around = replace(case.around, elsewhere=Elsewhere(bookings=(around, before, other)))
    assert refusals(case, FLOW_2_5, SLOTS) == [("CONFLICT", "R-13", "b-1")]


def test_only_those_who_took_part_report_hours_of_days_that_have_come() -> None:
    case = dispatched()
    entry = HOURS["entries"][0]
    others: dict[str, Any] = {"entries": [{**entry, "person_id": "tang.li"}]}
    assert refusals(case, FLOW_2_6, others) == [("FIELD", "R-16", "form.entries[0].person_id")]
    early: dict[str, Any] = {"entries": [{**entry, "day": "2026-01-02"}]}
    assert refusals(case, FLOW_2_6, early) == [("FIELD", "R-16", "form.entries[0].day")]
    case.granted(FLOW_2_6, HOURS)
    full: dict[str, Any] = {"entries": [{**entry, "half_hours": 44}]}
    assert refusals(case, FLOW_2_6, full) == [("LIMIT", "R-16", "form.entries")]
    more = case.granted(FLOW_2_6, {"entries": [{**entry, "half_hours": 43}]})
    assert case.it.facts.presales_half_hours == 48
    case.it.record_result(more, "REVERSED", case.around, case.at())
    assert case.it.facts.presales_half_hours == 5


def test_plans_have_versions() -> None:
    case = initiated()
    case.granted(FLOW_6_1)
    assert taken(case).content["plan_version"] == 1
    asked = case.requested(FLOW_6_1)
    case.it.record_result(asked, "REJECTED", case.around, case.at())
    file = {"name": "plan.pdf", "size": 12, "sha256": "a" * 64, "location": "s3://plans/1"}
    case.granted(FLOW_6_1, {"attachments": [file]})
    content = taken(case).content
    assert (content["plan"], content["plan_version"]) == ("TECHNICAL_PROPOSAL", 3)
    assert content["attachments"] == [file]
    assert refusals(case, FLOW_6_2, {}) == [("FIELD", "R-23", "form.text")]
    short = {"attachments": [{**file, "sha256": "A" * 64, "size": -1}]}
    assert [name for _, _, name in refusals(case, FLOW_6_2, short)] == [
        "form.attachments[0].size",
        "form.attachments[0].sha256",
    ]


def test_documents_say_what_for() -> None:
    case = allowed_to_bid()
    line = FORMS[FLOW_6_4]["documents"][0]
    case.granted(FLOW_6_4, {"documents": [{**line, "due_back": "2027-01-31"}, line]})
    documents = taken(case).content["documents"]
    assert [document["due_back_on"] for document in documents] == ["2027-01-31", None]


def test_an_approval_that_was_taken_back_closes_its_gate() -> None:
    case = reviewed()
    approval_id = case.granted(FLOW_6_3)
    case.it.record_result(approval_id, "REVERSED", case.around, case.at())
    (event,) = case.news()[-1:]
    assert (event.outcome, event.facts["bid_allowed_at"]) == ("REVERSED", None)
    assert case.it.granted(FLOW_6_3) is None
    with pytest.raises(RequirementsMissing):
        case.it.win(case.around, case.at(), frozenset({"R-23"}))
    case.it.record_result(approval_id, "REVERSED", case.around, case.at())
    assert case.news() == []
    case.granted(FLOW_6_3)
    assert case.it.facts.bid_allowed_at is not None


def test_a_stale_approval_closes_its_gate_until_it_is_given_again() -> None:
    case = reviewed()
    approval_id = case.granted(FLOW_6_3)
    case.it.go_stale(approval_id, case.at())
    assert case.it.facts.stale_flows == [FLOW_6_3]
    assert case.it.granted(FLOW_6_3) is None
    case.it.refresh(approval_id, case.at())
    assert case.it.facts.stale_flows == []
    assert case.it.granted(FLOW_6_3) is not None
    case.it.go_stale(approval_id, case.at())
    case.it.record_progress(approval_id, "RUNNING", case.at())
    assert case.it.granted(FLOW_6_3) is None
    case.news()
    case.it.record_result(approval_id, "APPROVED", case.around, case.at())
    assert [type(event).__name__ for event in case.news()] == ["ApprovalResultRecorded"]
    assert case.it.facts.stale_flows == []
    assert case.it.granted(FLOW_6_3) is not None


def test_what_is_over_does_not_become_stale() -> None:
    case = reviewed()
    approval_id = case.granted(FLOW_6_3)
    case.it.go_stale(approval_id, case.at())
    case.it.win(case.around, case.at(), frozenset({"R-18", "R-23"}))
    case.it.record_result(approval_id, "APPROVED", case.around, case.at())
    assert case.it.granted(FLOW_6_3) is not None
    lost = reviewed()
    approval_id = lost.granted(FLOW_6_3)
    lost.it.lose("PRICE", "", lost.around, lost.at())
    lost.it.go_stale(approval_id, lost.at())
    assert lost.it.facts.stale_flows == []


def test_a_stale_approval_that_is_refused_loses_its_effect() -> None:
    case = reviewed()
    approval_id = case.granted(FLOW_6_3)
    case.it.go_stale(approval_id, case.at())
    case.it.record_result(approval_id, "REJECTED", case.around, case.at())
    assert (case.it.facts.bid_allowed_at, case.it.facts.stale_flows) == (None, [])


def test_the_scope_of_the_contract() -> None:
    case = won()
    with pytest.raises(RequirementsMissing):
        case.it.sign_contract("HT-1", "2026-02-01", case.around, case.at())
    approval_id = case.granted(FLOW_7_1)
    assert case.it.facts.scope_approved_at is not None
    case.it.go_stale(approval_id, case.at())
    with pytest.raises(RequirementsMissing):
        case.it.sign_contract("HT-1", "2026-02-01", case.around, case.at())
    case.it.refresh(approval_id, case.at())
    case.it.sign_contract("HT-1", "2026-02-01", case.around, case.at())
    with pytest.raises(IllegalTransition):
        case.it.revise_scope("More", [], case.at())


def test_the_digest_of_the_scope_returns_with_the_scope(case: Case) -> None:
    case.it.revise_scope("MES", [], case.at())
    first = case.it.facts.scope_digest
    case.it.revise_scope("MES and WMS", [], case.at())
    assert case.it.facts.scope_digest != first
    case.it.revise_scope("MES", [], case.at())
    assert case.it.facts.scope_digest == first
    case.news()
    case.it.revise_scope("MES", [], case.at())
    assert case.news() == []


def test_what_a_partner_leads_is_class_e(case: Case) -> None:
    case.it.change_partner_led(True, case.around, case.at())
    assert (case.it.facts.partner_led, case.it.facts.tas_class) == (True, "E")
    case.it.change_partner_led(False, case.around, case.at())
    assert case.it.facts.tas_class is None


def test_conditions_get_the_sums_of_the_form() -> None:
    case = dispatched()
    figures = [
        event.figures for event in case.news() if isinstance(event, case.it.ApprovalRequested)
    ]
    assert figures[1:] == [
        {"requested_people": 2, "requested_hours": 40},
        {"booked_half_hours": 5},
    ]


def test_an_effect_comes_too_late_for_a_closed_opportunity() -> None:
    case = initiated()
    approval_id = case.requested(FLOW_2_3)
    case.it.lose("PRICE", "", case.around, case.at())
    case.it.record_result(approval_id, "APPROVED", case.around, case.at())
    result = taken(case)
    assert (result.in_effect, result.reason_code) == (False, "OPPORTUNITY_CLOSED")
