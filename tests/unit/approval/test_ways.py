"""Branches, joins, copies, automatic nodes, and going back (A11-A13, A19, A23, A40)."""

from __future__ import annotations

import pytest

from approval_service.domain.approval.errors import (
    NodeUnknown,
    NotReversible,
    ReasonMissing,
    ReturnImpossible,
)
from approval_service.domain.approval.returning import Target, targets
from approval_service.domain.approval.states import NodeStatus, Status
from approval_service.domain.flows.policies import AutomaticOutcome, RejectionPolicy
from opentas_shared.domain.errors import Forbidden, IllegalTransition
from tests.unit.approval.worlds import (
    NOTHING,
    NamedRouting,
    asked,
    automatic,
    branch,
    by,
    choice,
    choosing,
    copy,
    definition,
    moment,
    node,
    parallel,
    requested,
    root,
    saying,
    started,
    topics,
)

ROUTING = NamedRouting()
AT = moment(1)
THREE = (node("one", "ann"), node("two", "bob"), node("three", "cat"))
REVIEWS = parallel(
    "reviews", branch("tech", node("t1", "tom"), node("t2", "tim")), branch("law", node("l", "lea"))
)


def agree(approval, *people: str) -> None:  # type: ignore[no-untyped-def]
    for person in people:
        approval.approve(by(person), NOTHING, ROUTING, AT)


def back(approval, to: str, person: str, *, straight: bool = False) -> None:  # type: ignore[no-untyped-def]
    approval.return_to(to, by(person), saying("no"), ROUTING, AT, return_to_me=straight)


def test_exactly_one_branch_of_a_choice_runs_and_the_default_when_none_holds() -> None:
    ways = choice(
        "size",
        branch("big", node("boss", "bo"), when="big"),
        branch("huge", node("board", "bea"), when="strategic"),
        branch("other", node("clerk", "cy")),
    )
    assert asked(started(ways, big=True, strategic=True)) == ["bo"]
    assert asked(started(ways, strategic=True)) == ["bea"]
    assert asked(started(ways)) == ["cy"]


def test_the_join_waits_for_all_branches() -> None:
    approval = started(REVIEWS, node("last", "zoe"))
    assert asked(approval) == ["tom", "lea"]
    agree(approval, "lea", "tom")
    assert asked(approval) == ["tim"]
    agree(approval, "tim")
    assert asked(approval) == ["zoe"]


def test_a_rejection_in_a_branch_ends_the_others() -> None:
    approval = started(REVIEWS)
    approval.reject(by("lea"), NOTHING, ROUTING, AT)
    assert approval.status is Status.REJECTED
    assert not approval.open_tasks


def test_machines_copy_pass_and_reject() -> None:
    approval = started(copy("tell", "kim"), automatic("go", AutomaticOutcome.PASS))
    assert approval.status is Status.APPROVED
    assert "copied" in topics(approval)
    approval = started(automatic("stop", AutomaticOutcome.REJECT), node("one", "ann"))
    assert approval.status is Status.REJECTED
    assert approval.pending_events[-1].reason_code == "AUTOMATIC"


def test_return_targets_are_the_submitter_and_earlier_nodes_that_agreed() -> None:
    approval = started(node("zero", "zed", when="big"), *THREE)
    agree(approval, "ann", "bob")
    found = targets(approval, approval.open_tasks[0])
    assert found == [Target("submitter", True), Target("one", True), Target("two", True)]


def test_a_return_runs_every_node_in_between_again() -> None:
    approval = started(*THREE)
    agree(approval, "ann", "bob")
    back(approval, "one", "cat")
    assert asked(approval) == ["ann"]
    agree(approval, "ann", "bob", "cat")
    assert approval.status is Status.APPROVED
    assert approval.round == 1


def test_return_to_me_comes_straight_back() -> None:
    approval = started(*THREE)
    agree(approval, "ann", "bob")
    back(approval, "one", "cat", straight=True)
    agree(approval, "ann")
    assert asked(approval) == ["cat"]


def test_return_to_me_over_the_submitter() -> None:
    approval = started(*THREE)
    agree(approval, "ann", "bob")
    back(approval, "submitter", "cat", straight=True)
    approval.resubmit(by("sam"), "", {}, ROUTING, AT)
    assert (asked(approval), approval.round) == (["cat"], 2)


def test_a_return_within_a_branch_leaves_the_other_alone() -> None:
    approval = started(REVIEWS, node("last", "zoe"))
    agree(approval, "tom")
    back(approval, "t1", "tim")
    assert asked(approval) == ["lea", "tom"]
    agree(approval, "tom", "tim", "lea")
    assert asked(approval) == ["zoe"]


def test_a_return_over_the_join_opens_the_branch_on_the_way_only() -> None:
    approval = started(REVIEWS, node("last", "zoe"))
    agree(approval, "tom", "tim", "lea")
    back(approval, "t1", "zoe")
    assert asked(approval) == ["tom"]
    agree(approval, "tom", "tim")
    assert asked(approval) == ["zoe"]


def test_a_return_out_of_a_branch_starts_the_parallel_node_anew() -> None:
    approval = started(node("one", "ann"), REVIEWS)
    agree(approval, "ann", "lea")
    back(approval, "one", "tom")
    assert asked(approval) == ["ann"]
    agree(approval, "ann")
    assert asked(approval) == ["tom", "lea"]


def test_there_is_no_way_back_to_a_sibling_branch_or_a_later_node() -> None:
    approval = started(REVIEWS, node("last", "zoe"))
    agree(approval, "lea")
    for to in ("l", "last", "t1"):
        with pytest.raises(ReturnImpossible):
            back(approval, to, "tom")


def test_a_rejection_may_send_back_instead_of_ending() -> None:
    policy = {"on_rejection": RejectionPolicy.BACK}
    approval = started(node("one", "ann"), node("two", "bob", back_to="one", **policy))
    agree(approval, "ann")
    approval.reject(by("bob"), NOTHING, ROUTING, AT)
    assert (approval.status, asked(approval)) == (Status.RUNNING, ["ann"])
    approval = started(node("one", "ann", **policy))
    approval.reject(by("ann"), NOTHING, ROUTING, AT)
    assert approval.status is Status.RETURNED


def test_each_approver_names_the_next() -> None:
    approval = requested(form={"next": {"people": ["ann"]}})
    approval.start(definition(choosing("step"), node("last", "zoe")), ROUTING, moment())
    assert asked(approval) == ["ann"]
    approval.approve(by("ann"), saying("", next={"people": ["bob"]}), ROUTING, AT)
    assert asked(approval) == ["bob"]
    agree(approval, "bob")
    assert asked(approval) == ["zoe"]


def test_an_administrator_jumps_and_terminates_with_a_reason() -> None:
    approval = started(REVIEWS, node("last", "zoe"))
    with pytest.raises(Forbidden):
        approval.jump("last", by("tom"), "why", ROUTING, AT)
    with pytest.raises(ReasonMissing):
        approval.jump("last", root(), " ", ROUTING, AT)
    with pytest.raises(NodeUnknown):
        approval.jump("reviews", root(), "why", ROUTING, AT)
    approval.jump("last", root(), "all agreed by phone", ROUTING, AT)
    assert asked(approval) == ["zoe"]
    approval.jump("t2", root(), "not so", ROUTING, AT)
    assert asked(approval) == ["tim"]
    approval.terminate(root(), "project stopped", AT)
    assert (approval.status, asked(approval)) == (Status.TERMINATED, [])


def test_the_submitter_recalls_and_revokes() -> None:
    approval = started(*THREE)
    approval.recall(by("sam"), "wrong amount", AT)
    assert approval.status is Status.RETURNED
    approval.resubmit(by("sam"), "", {}, ROUTING, AT)
    approval.revoke(by("sam"), "", AT)
    assert approval.status is Status.REVOKED
    assert {one.status for one in approval.activations} == {NodeStatus.CANCELLED}
    with pytest.raises(IllegalTransition):
        approval.resubmit(by("sam"), "", {}, ROUTING, AT)


def test_what_was_approved_is_reversed_only_in_time() -> None:
    approval = requested()
    approval.start(definition(node("one", "ann"), reversible_hours=24), ROUTING, moment())
    agree(approval, "ann")
    with pytest.raises(Forbidden):
        approval.reverse(by("ann"), "", AT)
    with pytest.raises(NotReversible):
        approval.reverse(by("sam"), "", moment(26))
    approval.reverse(by("sam"), "", moment(25))
    assert approval.status is Status.REVERSED
    approval.resubmit(by("sam"), "", {}, ROUTING, moment(27))
    assert asked(approval) == ["ann"]
