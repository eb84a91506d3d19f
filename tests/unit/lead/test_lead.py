"""The decisions of a lead: given events, when a command, then events or a named refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from lead_service.domain.allowed import against
from lead_service.domain.errors import LeadAlreadyConverted
from lead_service.domain.lead import Lead
from lead_service.domain.opening import Opening
from lead_service.domain.states import LeadCommand, LeadStatus
from opentas_shared.domain.errors import (
    EffectiveTimeGoesBack,
    IllegalTransition,
    RequirementsMissing,
)
from opentas_shared.domain.ids import derived_id, new_id
from opentas_shared.domain.money import Money
from opentas_shared.domain.time import Moment
from tests.unit.lead.leads import ALL, CREATION, POLICY, at, captured, converted, qualified

SALES = Opening("chen.jing")


def rules(refusal: RequirementsMissing) -> list[str | None]:
    return [violation.rule for violation in refusal.violations]


def last(lead: Lead) -> object:
    return lead.pending_events[-1]


def test_capture() -> None:
    lead = captured(at(2))
    assert lead.status is LeadStatus.NEW
    assert (lead.origin.source, lead.owner_id) == ("WEBSITE", "mia")
    assert lead.captured_at == at(2).instant


def test_only_what_differs_is_changed() -> None:
    lead = captured(scale="SMALL")
    lead.change({"title": "MES", "scale": "LARGE", "expected_start": date(2026, 9, 1)}, at(3))
    changed = last(lead)
    assert isinstance(changed, Lead.FactsChanged)
    assert changed.changes == {"scale": "LARGE", "expected_start": "2026-09-01"}
    assert changed.previous == {"scale": "SMALL", "expected_start": None}
    assert lead.facts.expected_start == date(2026, 9, 1)
    lead.change({"scale": "LARGE"}, at(4))
    assert last(lead) is changed


def test_the_first_classification_begins_the_screening() -> None:
    lead = captured(solution_fit="LOW")
    lead.classify(POLICY, at(3))
    assert (lead.status, lead.classification) == (LeadStatus.SCREENING, "NOT_A_LEAD")


def test_a_class_against_the_policy_needs_a_reason() -> None:
    lead = captured()
    with pytest.raises(RequirementsMissing) as refusal:
        lead.classify_by_hand("IMPORTANT", None, POLICY, at(3))
    assert set(rules(refusal.value)) == {"R-05"}
    lead.classify_by_hand("IMPORTANT", "The minister asked for it", POLICY, at(3))
    classified = last(lead)
    assert isinstance(classified, Lead.Classified)
    assert (classified.by_hand, classified.overridden_rules) == (True, ["R-05"])


def test_assignment_names_both_owners() -> None:
    lead = captured()
    lead.assign("chen.jing", "Her region", at(3))
    assigned = last(lead)
    assert isinstance(assigned, Lead.Assigned)
    assert (assigned.previous_owner_id, assigned.owner_id) == ("mia", "chen.jing")


def test_qualification_names_the_missing_criteria() -> None:
    lead = captured()
    with pytest.raises(RequirementsMissing) as refusal:
        lead.qualify(ALL - {"BUDGET_CONFIRMED"}, CREATION, at(3))
    assert rules(refusal.value) == ["R-01"]
    assert "BUDGET_CONFIRMED" in refusal.value.violations[0].detail
    assert lead.status is LeadStatus.NEW
    lead.qualify(ALL, CREATION, at(3))
    assert lead.status is LeadStatus.QUALIFIED


def test_an_import_may_waive_criteria_but_not_states() -> None:
    lead = captured()
    lead.qualify({"NEED_CONFIRMED"}, CREATION, at(3), waived={"R-01"})
    qualified_ = last(lead)
    assert isinstance(qualified_, Lead.Qualified)
    assert len(qualified_.missing) == 4
    with pytest.raises(IllegalTransition):
        lead.qualify(ALL, CREATION, at(3), waived={"R-01"})
    with pytest.raises(IllegalTransition):
        captured().convert(SALES, "mia", CREATION, at(3), waived={"R-01", "R-02", "R-04"})


def test_a_bare_lead_is_refused_with_every_rule() -> None:
    with pytest.raises(RequirementsMissing) as refusal:
        captured().convert(SALES, "mia", CREATION, at(3))
    assert rules(refusal.value) == ["R-01"] * 5 + ["R-02"] + ["R-04"] * 3


def test_r02_not_classified() -> None:
    lead = captured()
    lead.qualify(ALL, CREATION, at(3))
    with pytest.raises(RequirementsMissing) as refusal:
        lead.convert(SALES, "mia", CREATION, at(4))
    assert rules(refusal.value) == ["R-02"]


def test_r03_not_a_lead() -> None:
    lead = qualified()
    lead.classify_by_hand("NOT_A_LEAD", "Too small", POLICY, at(5))
    with pytest.raises(RequirementsMissing) as refusal:
        lead.convert(SALES, "mia", CREATION, at(6))
    assert rules(refusal.value) == ["R-03"]


def test_r04_the_solution_no_longer_fits() -> None:
    lead = qualified()
    lead.change({"solution_fit": "LOW"}, at(5))
    with pytest.raises(RequirementsMissing) as refusal:
        lead.convert(SALES, "mia", CREATION, at(6))
    assert rules(refusal.value) == ["R-04"]


def test_r04_holds_where_the_criteria_do_not_ask_for_it() -> None:
    lenient = replace(CREATION, criteria=("NEED_CONFIRMED",))
    lead = captured()
    lead.classify_by_hand("GENERAL_HOT", "They call daily", POLICY, at(3))
    lead.qualify({"NEED_CONFIRMED"}, lenient, at(4))
    with pytest.raises(RequirementsMissing) as refusal:
        lead.convert(SALES, "mia", lenient, at(5))
    assert [v.code for v in refusal.value.violations] == [
        "BUDGET_MISSING",
        "TIME_MISSING",
        "SOLUTION_MISSING",
    ]


def test_conversion_opens_an_opportunity_and_moves_ownership() -> None:
    lead = qualified()
    customer_id = new_id()
    opening = replace(
        SALES,
        customer_id=customer_id,
        amount=Money(5_000, "EUR", "7.9"),
        expected_close_date=date(2026, 9, 1),
        win_probability=25,
    )
    lead.convert(opening, "mia", CREATION, at(5))
    event = last(lead)
    assert isinstance(event, Lead.Converted)
    assert event.opportunity_id == str(derived_id("opportunity", lead.id))
    assert (event.owner_id, event.previous_owner_id) == ("chen.jing", "mia")
    assert event.opportunity_name == "MES"
    assert event.amount == {"amount_minor": 5_000, "currency": "EUR", "rate": "7.9"}
    assert event.expected_close_date == "2026-09-01"
    assert (lead.status, lead.owner_id) == (LeadStatus.CONVERTED, "chen.jing")
    assert lead.facts.customer_id == customer_id


def test_conversion_happens_once() -> None:
    lead = converted()
    with pytest.raises(LeadAlreadyConverted) as refusal:
        lead.convert(SALES, "mia", CREATION, at(6))
    assert UUID(refusal.value.members["opportunity_id"]) == derived_id("opportunity", lead.id)


def test_the_waived_rules_stand_in_the_event() -> None:
    lead = captured()
    lead.qualify((), CREATION, at(3), waived={"R-01"})
    lead.convert(SALES, "mia", CREATION, at(3), waived={"R-01", "R-02", "R-04"})
    event = last(lead)
    assert isinstance(event, Lead.Converted)
    assert event.waived == ["R-01", "R-02", "R-04"]


def test_nothing_happens_to_a_discarded_lead() -> None:
    lead = qualified()
    lead.discard("NO_BUDGET", None, at(5))
    for command in (
        lambda: lead.change({"title": "Other"}, at(6)),
        lambda: lead.classify(POLICY, at(6)),
        lambda: lead.assign("chen.jing", None, at(6)),
        lambda: lead.qualify(ALL, CREATION, at(6)),
        lambda: lead.discard("NO_NEED", None, at(6)),
        lambda: lead.convert(SALES, "mia", CREATION, at(6)),
    ):
        with pytest.raises(IllegalTransition) as refusal:
            command()
        assert refusal.value.members["allowed_commands"] == []


def test_time_never_goes_back() -> None:
    lead = qualified()
    lead.assign("chen.jing", None, at(2))
    assert lead.modified_on == at(4).instant
    with pytest.raises(EffectiveTimeGoesBack):
        lead.assign("wu.hao", None, Moment(at(3).instant, pinned=True))


def test_what_is_allowed_tells_why_not() -> None:
    def allowed(lead: Lead) -> set[str]:
        return {c for c in LeadCommand if not list(against(c, lead, CREATION))}

    open_ = {"change", "classification", "assignment", "discard"}
    assert allowed(captured()) == open_ | {"qualification"}
    assert allowed(qualified()) == open_ | {"conversion", "approval-requests"}
    assert allowed(converted()) == set()
    reasons = {v.rule or v.code for v in against(LeadCommand.CONVERSION, captured(), CREATION)}
    assert reasons == {"ILLEGAL_TRANSITION", "R-01", "R-02", "R-04"}
