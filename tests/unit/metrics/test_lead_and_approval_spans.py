"""Spans of leads and approvals."""

from __future__ import annotations

from metrics_service.read_models.approvals import APPROVALS, approval_spans
from metrics_service.read_models.leads import LEADS, lead_spans
from opentas_shared.contracts import lead
from tests.unit.metrics.events import (
    a_lead,
    an_approval,
    an_opportunity,
    completed,
    converted,
    day,
    projected,
    resubmitted,
    returned,
)


def test_a_lead_keeps_its_owner_when_its_opportunity_moves_to_sales() -> None:
    stream = converted(a_lead("a", day(0), owner="mara"), day(3), owner="sam")
    *_, last = projected(LEADS, stream.events).of(lead_spans)
    assert (last["state"], last["owner_id"]) == ("CONVERTED", "mara")
    assert last["converted_at"] == day(3)
    assert last["opportunity_id"] == an_opportunity("a", day(3)).id


def test_an_assignment_changes_the_owner_from_its_time() -> None:
    stream = a_lead("a", day(0), source="")
    stream.add(lead.LeadAssigned, day(1), owner_id="li", previous_owner_id="mara")
    stream.add(lead.LeadDiscarded, day(2), reason="NO_BUDGET")
    rows = projected(LEADS, stream.events).of(lead_spans)
    seen = [(row["valid_from"], row["owner_id"], row["state"], row["source"]) for row in rows]
    assert seen == [
        (day(0), "mara", "CAPTURED", ""),
        (day(1), "li", "CAPTURED", ""),
        (day(2), "li", "DISCARDED", ""),
    ]


def test_classification_and_qualification_are_followed() -> None:
    stream = a_lead("a", day(0))
    stream.add(lead.LeadClassified, day(1), classification="IMPORTANT")
    stream.add(lead.LeadQualified, day(2))
    *_, last = projected(LEADS, stream.events).of(lead_spans)
    assert (last["classification"], last["state"]) == ("IMPORTANT", "QUALIFIED")


def test_turnaround_ends_at_the_last_final_approval_even_if_taken_back() -> None:
    stream = completed(an_approval("a", day(0)), day(1))
    completed(resubmitted(stream, day(2)), day(4))
    completed(resubmitted(stream, day(5)), day(6), "REJECTED")
    *_, last = projected(APPROVALS, stream.events).of(approval_spans)
    assert (last["status"], last["resubmissions"]) == ("REJECTED", 2)
    assert (last["submitted_at"], last["approved_at"]) == (day(0), day(4))
    assert last["completed_at"] == day(6)


def test_a_returned_approval_runs_again_when_resubmitted() -> None:
    stream = resubmitted(returned(an_approval("a", day(0)), day(1)), day(2))
    rows = projected(APPROVALS, stream.events).of(approval_spans)
    assert [row["status"] for row in rows] == ["RUNNING", "RETURNED", "RUNNING"]
    assert [row["resubmissions"] for row in rows] == [0, 0, 1]
