"""Reminders and time limits (A28, A29)."""

from __future__ import annotations

from typing import Any

import pytest

from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.states import Status, TaskKind
from approval_service.domain.flows.policies import Limit, TimerAction
from opentas_shared.domain.time import Moment
from tests.unit.approval.worlds import (
    NOTHING,
    NamedRouting,
    asked,
    by,
    definition,
    moment,
    node,
    reasons,
    requested,
    started,
    topics,
)

ROUTING = NamedRouting(superiors={"ann": "bea"}, absent={"ghost"})


def limited(action: TimerAction, **more: Any) -> Approval:
    limit = Limit(120, action=action, remind=(30,), **more)
    return started(node("one", "ann", limit=limit), node("two", "zoe"))


def fire(approval: Approval, no: int, hours: float) -> None:
    approval.fire_timer(approval.open_tasks[0].id, no, ROUTING, moment(hours))


def test_a_reminder_changes_nothing_and_comes_once() -> None:
    approval = limited(TimerAction.REMIND)
    approval.collect_events()
    fire(approval, 1, 0.4)
    assert topics(approval) == []
    fire(approval, 1, 0.5)
    fire(approval, 1, 0.6)
    assert topics(approval) == ["timer_fired"]
    assert asked(approval) == ["ann"]


@pytest.mark.parametrize(
    ("action", "more", "people", "code"),
    [
        (TimerAction.ESCALATE, {}, ["bea"], "ESCALATED"),
        (TimerAction.TRANSFER, {"to": "dan"}, ["dan"], "TRANSFERRED"),
        (TimerAction.APPROVE, {}, ["zoe"], "TIMED_OUT"),
        (TimerAction.REJECT, {}, [], "TIMED_OUT"),
    ],
)
def test_a_limit_acts(action: TimerAction, more: Any, people: list[str], code: str) -> None:
    approval = limited(action, **more)
    fire(approval, 2, 2)
    assert asked(approval) == people
    assert reasons(approval) == {"ann": code}
    assert not approval.decisions, "no person decided"


def test_who_has_nobody_above_is_only_told() -> None:
    approval = limited(TimerAction.TRANSFER, to="ghost")
    fire(approval, 2, 2)
    assert asked(approval) == ["ann"]


def test_a_decided_task_has_no_timers() -> None:
    approval = limited(TimerAction.REJECT)
    task = approval.open_tasks[0]
    approval.approve(by("ann"), NOTHING, ROUTING, moment(1))
    approval.collect_events()
    approval.fire_timer(task.id, 2, ROUTING, moment(3))
    assert topics(approval) == []


def test_the_limit_goes_on_while_others_are_asked_first() -> None:
    approval = limited(TimerAction.APPROVE)
    owner = approval.open_tasks[0]
    approval.add_signer("bob", TaskKind.BEFORE, by("ann"), "", ROUTING, moment(1))
    approval.fire_timer(owner.id, 2, ROUTING, moment(2))
    assert asked(approval) == ["zoe"]
    assert reasons(approval) == {"ann": "TIMED_OUT", "bob": "TIMED_OUT"}


def test_the_limit_restarts_when_the_node_is_entered_again() -> None:
    approval = limited(TimerAction.REMIND)
    approval.approve(by("ann"), NOTHING, ROUTING, moment(1))
    approval.return_to("one", by("zoe"), NOTHING, ROUTING, moment(5))
    last = approval.open_tasks[0].timers[-1]
    assert (last.fires_at, last.fired) == (moment(7).instant.isoformat(), False)


def test_history_starts_no_timers() -> None:
    approval = requested()
    past = Moment(moment(-999).instant, pinned=True)
    approval = Approval.request(
        approval.id,
        past,
        flow="flow",
        request_no=1,
        subject_type="opportunity",
        subject_id="o",
        submitter_id="sam",
        facts={},
        form={},
    )
    approval.start(definition(node("one", "ann", limit=Limit(60))), ROUTING, past)
    assert approval.status is Status.RUNNING
    assert approval.open_tasks[0].timers == []
