"""会签, 或签, 依次, 票签: from the decisions of people to the decision of a node (A1-A4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from approval_service.domain.approval.states import Decision, Status, TaskStatus
from approval_service.domain.approval.voting import outcome
from approval_service.domain.flows.policies import Mode
from tests.unit.approval.worlds import (
    NOTHING,
    NamedRouting,
    asked,
    by,
    moment,
    node,
    reasons,
    started,
)

if TYPE_CHECKING:
    from approval_service.domain.approval.approval import Approval

ROUTING = NamedRouting()
YES, NO = Decision.APPROVED, Decision.REJECTED


def agree(approval: Approval, *people: str) -> None:
    for person in people:
        approval.approve(by(person), NOTHING, ROUTING, moment(1))


def test_all_must_agree() -> None:
    approval = started(node("one", "ann", "bob", mode=Mode.ALL))
    agree(approval, "ann")
    assert (approval.status, asked(approval)) == (Status.RUNNING, ["bob"])
    agree(approval, "bob")
    assert approval.status is Status.APPROVED


def test_one_rejection_decides_where_all_must_agree_and_the_rest_are_closed() -> None:
    approval = started(node("one", "ann", "bob", "cat", mode=Mode.ALL))
    approval.reject(by("bob"), NOTHING, ROUTING, moment(1))
    assert approval.status is Status.REJECTED
    assert reasons(approval) == {"ann": "REJECTED_BY_OTHER", "cat": "REJECTED_BY_OTHER"}


def test_the_first_decision_decides_where_anybody_may() -> None:
    approval = started(node("one", "ann", "bob", "cat"))
    agree(approval, "bob")
    assert approval.status is Status.APPROVED
    assert reasons(approval) == {"ann": "DONE_BY_OTHER", "cat": "DONE_BY_OTHER"}


def test_in_order_the_next_task_exists_only_after_the_one_before_agreed() -> None:
    approval = started(node("one", "bob", "ann", mode=Mode.SEQUENTIAL))
    assert asked(approval) == ["bob"]
    assert len(approval.tasks) == 1
    agree(approval, "bob")
    assert asked(approval) == ["ann"]
    agree(approval, "ann")
    assert approval.status is Status.APPROVED


def test_in_order_nobody_is_asked_after_a_rejection() -> None:
    approval = started(node("one", "bob", "ann", mode=Mode.SEQUENTIAL))
    approval.reject(by("bob"), NOTHING, ROUTING, moment(1))
    assert approval.status is Status.REJECTED
    assert [task.status for task in approval.tasks.values()] == [TaskStatus.REJECTED]


def test_a_vote_stops_as_soon_as_its_result_is_certain() -> None:
    approval = started(node("one", "ann", "bob", "cat", "dan", mode=Mode.RATIO, ratio=50))
    agree(approval, "ann", "dan")
    assert approval.status is Status.APPROVED
    assert reasons(approval) == {"bob": "RESULT_CERTAIN", "cat": "RESULT_CERTAIN"}

    approval = started(node("one", "ann", "bob", "cat", mode=Mode.RATIO, ratio=67))
    approval.reject(by("ann"), NOTHING, ROUTING, moment(1))
    assert approval.status is Status.REJECTED


@pytest.mark.parametrize(
    ("mode", "ratio", "said", "expected", "result"),
    [
        (Mode.RATIO, 50, [YES, None, None], 3, None),
        (Mode.RATIO, 50, [YES, YES, None], 3, YES),
        (Mode.RATIO, 34, [YES, None, None], 3, None),
        (Mode.RATIO, 33, [YES, None, None], 3, YES),
        (Mode.RATIO, 66, [NO, None, None], 3, None),
        (Mode.RATIO, 67, [NO, None, None], 3, NO),
        (Mode.RATIO, 100, [YES, YES, NO], 3, NO),
        (Mode.RATIO, 1, [NO, NO, NO], 3, NO),
        (Mode.RATIO, 1, [NO, NO, YES], 3, YES),
        (Mode.SEQUENTIAL, None, [YES], 2, None),
        (Mode.ALL, None, [YES, None], 2, None),
        (Mode.ANY, None, [None, None], 2, None),
    ],
)
def test_table_of_votes(
    mode: Mode, ratio: int | None, said: list[Decision | None], expected: int, result: object
) -> None:
    assert outcome(mode, ratio, said, expected) is result
