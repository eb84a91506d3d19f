"""Aggregates are rebuilt from what was stored, whatever the rules have become since."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from approval_service.domain.approval import approval as approval_module
from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.machine import TRANSITIONS
from approval_service.domain.approval.receipt import Receipt
from approval_service.domain.approval.states import Status, TaskStatus
from approval_service.domain.flows.definition import Definition
from approval_service.domain.flows.flow import Flow
from approval_service.domain.organisation.department import Department
from approval_service.domain.organisation.person import Person
from opentas_shared.persistence.mapping import MAPPER

OLDEST = json.loads(Path(__file__).with_name("oldest_events.json").read_text("utf-8"))


def refuse(*_: object, **__: object) -> None:
    raise AssertionError("a rule was asked while an aggregate was loaded")


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Every stored aggregate, loaded while each rule refuses everything."""
    for name in ("require", "check", "task_of", "need_reason", "withdraw", "fire", "Walk"):
        monkeypatch.setattr(approval_module, name, refuse)
    for command in list(TRANSITIONS):
        monkeypatch.delitem(TRANSITIONS, command)
    found: list[Any] = []
    for id, events in groupby(OLDEST, key=lambda event: event["originator_id"]):
        aggregate: Any = None
        for event in events:
            state = json.dumps(event["state"]).encode()
            stored = StoredEvent(UUID(id), event["originator_version"], event["topic"], state)
            aggregate = MAPPER.to_domain_event(stored).mutate(aggregate)
        found.append(aggregate)
    return found


def test_the_oldest_events_give_the_state_they_gave(loaded: list[Any]) -> None:
    rejected, refused, person, department, flow = loaded[:5]
    assert isinstance(rejected, Approval)
    assert (rejected.status, rejected.round, rejected.form) == (
        Status.REJECTED,
        2,
        {"reason": "y"},
    )
    assert [(a.round, a.node, a.status.value) for a in rejected.activations] == [
        (1, "one", "APPROVED"),
        (1, "two", "SKIPPED"),
        (1, "three", "RETURNED"),
        (2, "one", "APPROVED"),
        (2, "two", "SKIPPED"),
        (2, "three", "REJECTED"),
    ]
    assert sorted(t.status for t in rejected.tasks.values()) == sorted(
        [
            TaskStatus.APPROVED,
            TaskStatus.CLOSED,
            TaskStatus.RETURNED,
            TaskStatus.CLOSED,
            TaskStatus.APPROVED,
            TaskStatus.REJECTED,
        ]
    )
    assert isinstance(refused, Approval)
    assert refused.status is Status.NOT_STARTED
    assert isinstance(person, Person)
    assert (person.profile.posts, person.profile.active) == (("sales_manager",), False)
    assert isinstance(department, Department)
    assert department.charter.path == ("company", "sales")
    assert isinstance(flow, Flow)
    assert list(flow.versions) == [1]
    assert rejected.definition is not None
    assert Definition.from_dict(flow.versions[1]) == rejected.definition
    assert [draft["number"] for draft in flow.drafts.values()] == ["TAS 0-0"]
    assert flow.retired


def test_so_do_the_first_events_of_the_complete_engine(loaded: list[Any]) -> None:
    revoked, terminated, receipt = loaded[5:]
    assert isinstance(revoked, Approval)
    assert (revoked.status, revoked.round, revoked.form) == (
        Status.REVOKED,
        5,
        {"reason": "end"},
    )
    assert [said.withdrawn for said in revoked.decisions] == [False] * 2 + [True] + [False] * 3
    assert [(a.round, a.node, a.status.value) for a in revoked.activations][:7] == [
        (1, "tell", "PASSED"),
        (1, "size", "PASSED"),
        (1, "one", "APPROVED"),
        (1, "never", "CANCELLED"),
        (1, "two", "CANCELLED"),
        (1, "never", "SKIPPED"),
        (1, "two", "RETURNED"),
    ]
    assert not revoked.open_tasks
    assert isinstance(terminated, Approval)
    assert terminated.status is Status.TERMINATED
    assert isinstance(receipt, Receipt)
    assert receipt.person_id == "zoe"


def test_every_kind_of_event_is_among_them() -> None:
    stored = {event["topic"] for event in OLDEST}
    for aggregate in (Approval, Receipt, Flow, Person, Department):
        kinds = (value for value in vars(aggregate).values() if isinstance(value, type))
        topics = {kind.TOPIC for kind in kinds if "TOPIC" in dir(kind)}
        assert topics <= stored, aggregate
