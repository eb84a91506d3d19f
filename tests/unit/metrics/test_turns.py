"""Turns of tasks: openings, decisions, withdrawals, reversals and who caused a resubmission."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from metrics_service.read_models.approvals import APPROVALS, approval_spans
from metrics_service.read_models.turns import approval_turns
from opentas_shared.contracts import approval
from tests.unit.metrics.events import (
    an_approval,
    asked,
    closed,
    completed,
    day,
    decided,
    projected,
    reopened,
    resubmitted,
    returned,
    reversed_,
    withdrawn,
)

if TYPE_CHECKING:
    from tests.unit.metrics.events import Stream


def turns(stream: Stream, *names: str) -> list[tuple[Any, ...]]:
    rows = projected(APPROVALS, stream.events).of(approval_turns)
    return [tuple(row[name] for name in names) for row in rows]


def last_span(stream: Stream) -> dict[str, Any]:
    return projected(APPROVALS, stream.events).of(approval_spans)[-1]


def test_a_turn_runs_from_its_opening_to_the_decision() -> None:
    stream = asked(an_approval("a", day(0)), day(1), "one", role="head", due_at=day(2))
    decided(stream, day(3), "one")
    assert turns(stream, "opened_at", "due_at", "ended_at", "decision", "decided_by", "role") == [
        (day(1), day(2), day(3), "APPROVED", "boss", "head")
    ]


def test_a_task_that_waits_is_no_turn_until_it_is_opened() -> None:
    stream = asked(an_approval("a", day(0)), day(1), "one", open=False, role="head")
    assert turns(stream, "opened_at") == []
    reopened(stream, day(2), "one")
    reopened(stream, day(3), "one", "WAITING")
    reopened(stream, day(4), "one")
    assert turns(stream, "opened_at", "ended_at", "role") == [
        (day(2), day(3), "head"),
        (day(4), None, "head"),
    ]


def test_what_a_machine_closes_has_no_decision() -> None:
    stream = asked(an_approval("a", day(0)), day(1), "one")
    asked(stream, day(1), "two")
    closed(stream, day(2), "one", "REJECTED")
    closed(stream, day(2), "two")
    assert turns(stream, "ended_at", "decision") == [(day(2), None), (day(2), None)]
    assert last_span(stream)["rejections"] == 0


def test_a_withdrawn_decision_stays_as_history_and_its_task_has_another_turn() -> None:
    stream = decided(asked(an_approval("a", day(0)), day(1), "one"), day(2), "one", "REJECTED")
    assert last_span(stream)["rejections"] == 1
    withdrawn(stream, day(3), "one")
    decided(stream, day(4), "one")
    assert turns(stream, "opened_at", "ended_at", "decision", "withdrawn_at") == [
        (day(1), day(2), "REJECTED", day(3)),
        (day(3), day(4), "APPROVED", None),
    ]
    assert last_span(stream)["rejections"] == 0


def test_on_behalf_counts_for_whom_it_was_done() -> None:
    stream = asked(an_approval("a", day(0)), day(1), "one", "chen")
    decided(stream, day(2), "one", by="admin", on_behalf_of="chen")
    assert turns(stream, "assignee_id", "decided_by") == [("chen", "chen")]


def test_a_resubmission_is_caused_by_who_sent_it_back_last() -> None:
    stream = decided(asked(an_approval("a", day(0)), day(1), "one"), day(2), "one", "RETURNED")
    resubmitted(returned(stream, day(2)), day(3))
    decided(asked(stream, day(3), "two"), day(4), "two")
    stream.add(approval.ApprovalRecalled, day(5), by="sam")
    resubmitted(stream, day(6))
    assert turns(stream, "decision", "resubmitted_at") == [
        ("RETURNED", day(3)),
        ("APPROVED", None),
    ]
    assert last_span(stream)["resubmissions"] == 2


def test_a_reversal_is_a_rejection_of_its_role_without_a_task() -> None:
    stream = decided(asked(an_approval("a", day(0)), day(1), "one"), day(2), "one")
    reversed_(completed(stream, day(2)), day(5), "MISSING")
    assert turns(stream, "task_id", "opened_at", "ended_at", "decision", "role")[1] == (
        None,
        None,
        day(5),
        "REJECTED",
        "MISSING",
    )
    row = last_span(stream)
    assert (row["status"], row["reversals"], row["rejections"]) == ("REVERSED", 1, 0)
    assert row["approved_at"] == day(2)


def test_states_of_an_approval_that_goes_stale_and_holds_again() -> None:
    stream = completed(an_approval("a", day(0)), day(1))
    stream.add(approval.ApprovalWentStale, day(2), changes=())
    stream.add(approval.ApprovalRefreshed, day(3))
    rows = projected(APPROVALS, stream.events).of(approval_spans)
    assert [row["status"] for row in rows] == ["RUNNING", "APPROVED", "RUNNING", "APPROVED"]
    assert [row["resubmissions"] for row in rows] == [0, 0, 0, 0]
    assert rows[-1]["approved_at"] == day(1)


def test_returned_to_an_earlier_node_it_goes_on_running() -> None:
    stream = an_approval("a", day(0))
    stream.add(approval.ApprovalReturned, day(1), node="head", returned_by="boss", to="first")
    assert last_span(stream)["status"] == "RUNNING"
    for outcome in ("REVOKED", "TERMINATED"):
        assert last_span(completed(stream, day(2), outcome))["status"] == outcome
