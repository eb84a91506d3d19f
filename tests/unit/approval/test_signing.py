"""加签, 减签, 转交, 委派, 签收 (A5, A14-A17)."""

from __future__ import annotations

import pytest

from approval_service.domain.approval.errors import (
    AlreadyAsked,
    NotClaimable,
    NotRemovable,
    PersonUnknown,
    SubmitterIsNoApprover,
    TaskNotOpen,
)
from approval_service.domain.approval.states import Status, TaskKind
from approval_service.domain.flows.policies import Mode, SubmitterIsApprover
from opentas_shared.domain.errors import Forbidden
from tests.unit.approval.worlds import (
    NOTHING,
    NamedRouting,
    asked,
    by,
    moment,
    node,
    reasons,
    root,
    saying,
    started,
)

ROUTING = NamedRouting(absent={"ghost"})
AT = moment(1)


def test_a_signer_before_is_asked_first_and_the_asking_person_waits() -> None:
    approval = started(node("one", "ann"))
    approval.add_signer("bob", TaskKind.BEFORE, by("ann"), "look", ROUTING, AT)
    assert asked(approval) == ["bob"]
    with pytest.raises(TaskNotOpen):
        approval.approve(by("ann"), NOTHING, ROUTING, AT)
    approval.approve(by("bob"), NOTHING, ROUTING, AT)
    assert asked(approval) == ["ann"]
    approval.approve(by("ann"), NOTHING, ROUTING, AT)
    assert approval.status is Status.APPROVED


def test_a_signer_after_is_asked_when_the_original_has_agreed() -> None:
    approval = started(node("one", "ann"), node("two", "cat"))
    approval.add_signer("bob", TaskKind.AFTER, by("ann"), "", ROUTING, AT)
    assert asked(approval) == ["ann"]
    approval.approve(by("ann"), NOTHING, ROUTING, AT)
    assert asked(approval) == ["bob"]
    approval.approve(by("bob"), NOTHING, ROUTING, AT)
    assert asked(approval) == ["cat"]


def test_a_parallel_signer_must_agree_too_even_where_the_first_decision_decides() -> None:
    approval = started(node("one", "ann", "dan"), node("two", "cat"))
    approval.add_signer("bob", TaskKind.PARALLEL, by("ann"), "", ROUTING, AT)
    approval.approve(by("ann"), NOTHING, ROUTING, AT)
    assert sorted(asked(approval)) == ["bob", "dan"]
    approval.approve(by("bob"), NOTHING, ROUTING, AT)
    assert asked(approval) == ["cat"]


def test_a_signer_who_rejects_rejects() -> None:
    approval = started(node("one", "ann"))
    approval.add_signer("bob", TaskKind.BEFORE, by("ann"), "", ROUTING, AT)
    approval.reject(by("bob"), saying("no"), ROUTING, AT)
    assert approval.status is Status.REJECTED


def test_only_added_signers_can_be_removed_and_then_it_goes_on_without_them() -> None:
    approval = started(node("one", "ann"), node("two", "cat"))
    original = approval.open_tasks[0]
    with pytest.raises(NotRemovable):
        approval.remove_signer(original.id, by("ann"), "", ROUTING, AT)
    approval.add_signer("bob", TaskKind.PARALLEL, by("ann"), "", ROUTING, AT)
    added = approval.open_tasks[1]
    with pytest.raises(Forbidden):
        approval.remove_signer(added.id, by("bob"), "", ROUTING, AT)
    approval.approve(by("ann"), NOTHING, ROUTING, AT)
    assert asked(approval) == ["bob"]
    approval.remove_signer(added.id, by("ann"), "on leave", ROUTING, AT)
    assert asked(approval) == ["cat"]


def test_removing_the_signer_before_opens_the_task_that_waited() -> None:
    approval = started(node("one", "ann"))
    approval.add_signer("bob", TaskKind.BEFORE, by("ann"), "", ROUTING, AT)
    approval.remove_signer(approval.open_tasks[0].id, root(), "", ROUTING, AT)
    assert asked(approval) == ["ann"]


def test_a_transfer_moves_the_responsibility_and_both_stay_in_history() -> None:
    approval = started(node("one", "ann"))
    approval.transfer("bob", by("ann"), "yours", ROUTING, AT)
    assert asked(approval) == ["bob"]
    assert reasons(approval) == {"ann": "TRANSFERRED"}
    assert {"ann", "bob"} <= approval.participants
    with pytest.raises(TaskNotOpen):
        approval.approve(by("ann"), NOTHING, ROUTING, AT)
    approval.approve(by("bob"), NOTHING, ROUTING, AT)
    assert approval.status is Status.APPROVED


@pytest.mark.parametrize("advice", ["approve", "reject"])
def test_a_delegate_gives_advice_and_the_decision_returns_to_the_owner(advice: str) -> None:
    approval = started(node("one", "ann"))
    approval.delegate("bob", by("ann"), "what do you think?", ROUTING, AT)
    assert asked(approval) == ["bob"]
    getattr(approval, advice)(by("bob"), saying("I would"), ROUTING, AT)
    assert (approval.status, asked(approval)) == (Status.RUNNING, ["ann"])
    assert [one.decision for one in approval.decisions] == ["ADVISED"]


def test_nobody_is_asked_twice_at_once_or_without_being_there() -> None:
    approval = started(node("one", "ann", "bob", mode=Mode.ALL))
    for person in ("ann", "bob"):
        with pytest.raises(AlreadyAsked):
            approval.transfer(person, by("ann"), "", ROUTING, AT)
    with pytest.raises(PersonUnknown):
        approval.delegate("ghost", by("ann"), "", ROUTING, AT)


def test_the_submitter_does_not_come_to_decide_by_a_detour() -> None:
    approval = started(
        node("one", "ann"), node("two", "ann", submitter_is_approver=SubmitterIsApprover.SELF)
    )
    with pytest.raises(SubmitterIsNoApprover):
        approval.transfer("sam", by("ann"), "", ROUTING, AT)
    with pytest.raises(SubmitterIsNoApprover):
        approval.add_signer("sam", TaskKind.AFTER, by("ann"), "", ROUTING, AT)
    approval.delegate("sam", by("ann"), "what did you mean?", ROUTING, AT)
    approval.approve(by("sam"), saying("this"), ROUTING, AT)
    approval.approve(by("ann"), NOTHING, ROUTING, AT)
    approval.transfer("sam", by("ann"), "", ROUTING, AT)
    assert asked(approval) == ["sam"]


def test_a_claim_is_exclusive_and_can_be_released() -> None:
    approval = started(node("one", "ann", "bob", "cat"))
    approval.claim(by("bob"), "mine", ROUTING, AT)
    assert asked(approval) == ["bob"]
    with pytest.raises(TaskNotOpen):
        approval.claim(by("ann"), "", ROUTING, AT)
    approval.release(by("bob"), "not mine", ROUTING, AT)
    assert sorted(asked(approval)) == ["ann", "bob", "cat"]
    with pytest.raises(NotClaimable):
        approval.release(by("bob"), "", ROUTING, AT)


def test_what_all_must_decide_cannot_be_claimed() -> None:
    approval = started(node("one", "ann", "bob", mode=Mode.ALL))
    with pytest.raises(NotClaimable):
        approval.claim(by("ann"), "", ROUTING, AT)
