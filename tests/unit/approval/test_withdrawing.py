"""撤回: an own decision is taken back until the next one; it stays visible (A20)."""

from __future__ import annotations

import pytest

from approval_service.domain.approval.errors import NotWithdrawable
from approval_service.domain.approval.states import NodeStatus, Status
from approval_service.domain.flows.policies import Limit, Mode
from opentas_shared.domain.errors import IllegalTransition
from tests.unit.approval.worlds import (
    NOTHING,
    NamedRouting,
    asked,
    branch,
    by,
    moment,
    node,
    parallel,
    saying,
    started,
    topics,
)

ROUTING = NamedRouting()
AT = moment(1)


def test_the_next_node_is_undone_and_the_opinion_stays() -> None:
    approval = started(node("one", "ann", "bob"), node("two", "cat"))
    approval.approve(by("ann"), saying("yes"), ROUTING, AT)
    approval.collect_events()
    approval.withdraw(by("ann"), "wait", ROUTING, moment(2))
    assert asked(approval) == ["ann", "bob"]
    assert topics(approval) == [
        "task_closed",
        "node_completed",
        "decision_withdrawn",
        "node_reopened",
        "task_opened",
        "task_opened",
    ]
    assert [(one.decision, one.withdrawn) for one in approval.decisions] == [("APPROVED", True)]
    assert [one.status for one in approval.activations] == [
        NodeStatus.ACTIVE,
        NodeStatus.CANCELLED,
    ]
    approval.approve(by("bob"), NOTHING, ROUTING, moment(3))
    assert asked(approval) == ["cat"]


def test_only_ones_own_and_only_until_the_next_decision() -> None:
    approval = started(node("one", "ann"), node("two", "bob", "cat", mode=Mode.ALL))
    approval.approve(by("ann"), NOTHING, ROUTING, AT)
    with pytest.raises(NotWithdrawable):
        approval.withdraw(by("bob"), "", ROUTING, AT)
    approval.approve(by("bob"), NOTHING, ROUTING, AT)
    with pytest.raises(NotWithdrawable):
        approval.withdraw(by("ann"), "", ROUTING, AT)
    approval.withdraw(by("bob"), "", ROUTING, AT)
    with pytest.raises(NotWithdrawable):
        approval.withdraw(by("bob"), "", ROUTING, AT)


def test_a_join_is_undone_too() -> None:
    both = parallel("both", branch("a", node("a1", "ann")), branch("b", node("b1", "bob")))
    approval = started(both, node("last", "zoe"))
    approval.approve(by("ann"), NOTHING, ROUTING, AT)
    approval.approve(by("bob"), NOTHING, ROUTING, AT)
    assert asked(approval) == ["zoe"]
    approval.withdraw(by("bob"), "", ROUTING, AT)
    assert asked(approval) == ["bob"]
    approval.approve(by("bob"), NOTHING, ROUTING, AT)
    assert asked(approval) == ["zoe"]


def test_a_return_to_the_submitter_can_be_taken_back_until_it_is_resubmitted() -> None:
    approval = started(node("one", "ann"))
    approval.return_to("submitter", by("ann"), saying("no"), ROUTING, AT)
    approval.withdraw(by("ann"), "", ROUTING, AT)
    assert (approval.status, asked(approval)) == (Status.RUNNING, ["ann"])


def test_what_has_ended_the_approval_cannot_be_withdrawn() -> None:
    approval = started(node("one", "ann"))
    approval.approve(by("ann"), NOTHING, ROUTING, AT)
    with pytest.raises(IllegalTransition):
        approval.withdraw(by("ann"), "", ROUTING, AT)


def test_the_time_of_a_task_that_is_open_again_begins_anew() -> None:
    approval = started(node("one", "ann", limit=Limit(60)), node("two", "bob"))
    approval.approve(by("ann"), NOTHING, ROUTING, moment(0.5))
    approval.withdraw(by("ann"), "", ROUTING, moment(2))
    [timer] = approval.open_tasks[0].timers
    assert timer.fires_at == moment(3).instant.isoformat()
