"""Nobody, the submitter, somebody who has agreed already, deputies (A8-A10, A18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from approval_service.domain.flows.policies import (
    EmptyApprover,
    Mode,
    RepeatedApprover,
    SubmitterIsApprover,
)
from tests.unit.approval.worlds import (
    NOTHING,
    NamedRouting,
    asked,
    by,
    definition,
    moment,
    node,
    requested,
    saying,
)

if TYPE_CHECKING:
    from approval_service.domain.approval.approval import Approval

AT = moment(1)


def begun(*nodes, routing=None, submitter: str = "sam") -> Approval:  # type: ignore[no-untyped-def]
    approval = requested(submitter)
    approval.start(definition(*nodes), routing or NamedRouting(admins=("root",)), moment())
    return approval


@pytest.mark.parametrize(
    ("policy", "status", "people", "code"),
    [
        (EmptyApprover.ADMINISTRATOR, "RUNNING", ["root"], "EMPTY_APPROVER_ADMINISTRATOR"),
        (EmptyApprover.PERSON, "RUNNING", ["dan"], "EMPTY_APPROVER_PERSON"),
        (EmptyApprover.PASS, "APPROVED", [], "EMPTY_APPROVER_PASS"),
        (EmptyApprover.REJECT, "REJECTED", [], "EMPTY_APPROVER_REJECT"),
    ],
)
def test_nobody_to_ask(policy: EmptyApprover, status: str, people: list[str], code: str) -> None:
    approval = begun(node("one", empty_approver=policy, empty_person="dan"))
    assert (approval.status, asked(approval)) == (status, people)
    assert code in {getattr(one, "reason_code", None) for one in approval.pending_events}


def test_the_submitter_is_skipped_when_others_remain_else_a_machine_passes() -> None:
    assert asked(begun(node("one", "ann", "sam"))) == ["ann"]
    approval = begun(node("one", "sam"), node("two", "ann"))
    assert asked(approval) == ["ann"]
    passed = next(one for one in approval.pending_events if one.TOPIC == "approval.node_passed")
    assert passed.reason_code == "SUBMITTER_SKIPPED"


def test_the_submitter_decides_alone_or_the_superior_does() -> None:
    policy = {"submitter_is_approver": SubmitterIsApprover.SELF}
    assert asked(begun(node("one", "sam", **policy))) == ["sam"]
    policy = {"submitter_is_approver": SubmitterIsApprover.SUPERIOR}
    above = NamedRouting(superiors={"sam": "bea"}, admins=("root",))
    assert asked(begun(node("one", "sam", **policy), routing=above)) == ["bea"]
    assert asked(begun(node("one", "sam", **policy))) == ["root"]


@pytest.mark.parametrize(
    ("policy", "people"),
    [
        (RepeatedApprover.EACH, ["ann"]),
        (RepeatedApprover.CONSECUTIVE, ["bob"]),
        (RepeatedApprover.FIRST_ONLY, ["bob"]),
    ],
)
def test_who_has_agreed_at_the_node_before(policy: RepeatedApprover, people: list[str]) -> None:
    approval = begun(
        node("one", "ann"), node("two", "ann", repeated_approver=policy), node("three", "bob")
    )
    approval.approve(by("ann"), NOTHING, NamedRouting(), AT)
    assert asked(approval) == people


def test_who_has_agreed_earlier_is_spared_only_by_first_only() -> None:
    for policy, people in ((RepeatedApprover.CONSECUTIVE, ["ann"]), ("FIRST_ONLY", [])):
        last = node("three", "ann", repeated_approver=RepeatedApprover(policy))
        approval = begun(node("one", "ann"), node("two", "bob"), last)
        approval.approve(by("ann"), NOTHING, NamedRouting(), AT)
        approval.approve(by("bob"), NOTHING, NamedRouting(), AT)
        assert asked(approval) == people
    closed = [one for one in approval.pending_events if one.TOPIC == "approval.task_closed"]
    assert (closed[-1].reason_code, closed[-1].outcome) == ("REPEATED_APPROVER", "APPROVED")


def test_after_a_return_everybody_looks_again() -> None:
    policy = {"repeated_approver": RepeatedApprover.FIRST_ONLY}
    approval = begun(node("one", "ann", **policy), node("two", "bob", **policy))
    approval.approve(by("ann"), NOTHING, NamedRouting(), AT)
    approval.return_to("one", by("bob"), saying("again"), NamedRouting(), AT)
    assert asked(approval) == ["ann"]


def test_a_deputy_is_asked_and_both_names_are_kept() -> None:
    routing = NamedRouting(deputies={"ann": "dan", "bob": "sam", "cat": "ann"})
    approval = begun(node("one", "ann", "bob", "cat", mode=Mode.ALL), routing=routing)
    tasks = [(task.assignee_id, task.principal_id) for task in approval.tasks.values()]
    # Nobody stands in who submitted it, or who is asked already.
    assert tasks == [("dan", "ann"), ("bob", None), ("cat", None)]
