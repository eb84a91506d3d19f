"""Previews: what is seen before is what then happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from approval_service.domain.approval import foresight
from approval_service.domain.approval.deciding import Opinion
from approval_service.domain.approval.errors import NoApprover
from approval_service.domain.approval.states import NodeStatus, Status
from approval_service.domain.flows.policies import AutomaticOutcome, RepeatedApprover
from tests.unit.approval.random_definitions import FACTS, random_definition
from tests.unit.approval.worlds import (
    NamedRouting,
    automatic,
    branch,
    by,
    choice,
    copy,
    definition,
    moment,
    node,
    parallel,
    requested,
)

if TYPE_CHECKING:
    from approval_service.domain.approval.approval import Approval
    from approval_service.domain.flows.definition import Definition

ROUTING = NamedRouting(deputies={"bob": "eve"}, superiors={"sam": "ann"}, admins=("root",))


def seen(*nodes: Any, **facts: Any) -> list[tuple[str, str, list[str]]]:
    found = foresight.start(requested(**facts), definition(*nodes), ROUTING, moment())
    return [
        (step.node, str(step.status), [one.person_id for one in step.people])
        for step in found.steps
    ]


def test_the_way_shows_who_is_asked_and_what_is_skipped() -> None:
    assert seen(
        node("one", "ann", "bob"),
        node("two", "cat", when="big"),
        copy("told", "dan"),
        choice(
            "size", branch("b", node("three", "cat"), when="big"), branch("s", node("four", "dan"))
        ),
    ) == [
        ("one", "ACTIVE", ["ann", "eve"]),
        ("two", "SKIPPED", []),
        ("told", "PASSED", ["dan"]),
        ("size", "PASSED", []),
        ("four", "ACTIVE", ["dan"]),
    ]


def test_branches_beside_each_other_name_where_they_are() -> None:
    nodes = parallel("p", branch("left", node("one", "ann")), branch("right", node("two", "bob")))
    found = foresight.start(requested(), definition(nodes), ROUTING, moment())
    assert {step.node: step.within for step in found.steps} == {
        "p": (),
        "one": (("p", "left"),),
        "two": (("p", "right"),),
    }
    assert found.outcome == "APPROVED"


def test_a_deputy_and_a_machine_that_agrees_are_named() -> None:
    again = node("two", "ann", repeated_approver=RepeatedApprover.FIRST_ONLY)
    found = foresight.start(
        requested(), definition(node("one", "bob"), node("x", "ann"), again), ROUTING, moment()
    )
    assert found.steps[0].people[0].principal_id == "bob"
    assert found.steps[2].people[0].reason_code == "REPEATED_APPROVER"


def test_a_rejection_by_machine_is_foreseen() -> None:
    stop = automatic("stop", AutomaticOutcome.REJECT)
    found = foresight.start(requested(), definition(stop, node("one", "ann")), ROUTING, moment())
    assert found.outcome == "REJECTED"
    assert [step.node for step in found.steps] == ["stop"]


def test_where_nobody_can_be_asked_the_preview_says_so() -> None:
    found = foresight.start(requested(), definition(node("one")), NamedRouting(), moment())
    assert found.outcome is None
    assert "one" in (found.stopped or "")


def test_the_rest_of_what_runs_begins_with_those_who_are_asked_now() -> None:
    approval = requested()
    approval.start(definition(node("one", "ann"), node("two", "cat")), ROUTING, moment())
    approval.approve(by("ann"), Opinion(), ROUTING, moment(1))
    approval.collect_events()
    found = foresight.rest(approval, ROUTING, moment(2))
    assert [(one.node, [p.person_id for p in one.people]) for one in found.steps] == [
        ("two", ["cat"])
    ]
    assert found.outcome == "APPROVED"


definitions = st.randoms(use_true_random=False).map(random_definition)
facts = st.fixed_dictionaries({name: st.booleans() for name in FACTS})


@given(flow=definitions, facts=facts)
def test_what_was_seen_is_what_then_happens(flow: Definition, facts: dict[str, bool]) -> None:
    found = foresight.start(requested(**facts), flow, ROUTING, moment())
    happened = requested(**facts)
    try:
        happened.start(flow, ROUTING, moment())
        while happened.status is Status.RUNNING and happened.open_tasks:
            happened.approve(
                by(happened.open_tasks[0].assignee_id), Opinion("yes"), ROUTING, moment(1)
            )
    except NoApprover:
        assert found.stopped is not None
        return
    assert found.outcome == str(happened.status)
    assert [step.node for step in found.steps] == [one.node for one in happened.activations]
    assert asked_in_preview(found) == asked_in_fact(happened)


@given(flow=definitions, facts=facts, decisions=st.integers(0, 4))
def test_the_rest_is_the_end_of_the_whole(
    flow: Definition, facts: dict[str, bool], decisions: int
) -> None:
    whole = foresight.start(requested(**facts), flow, ROUTING, moment())
    approval = requested(**facts)
    try:
        approval.start(flow, ROUTING, moment())
        for _ in range(decisions):
            if approval.open_tasks and approval.status is Status.RUNNING:
                task = approval.open_tasks[0]
                approval.approve(by(task.assignee_id), Opinion("yes"), ROUTING, moment(), task.id)
    except NoApprover:
        return
    approval.collect_events()
    active = {one.node for one in approval.activations if one.status is NodeStatus.ACTIVE}
    done = len(approval.activations)
    if approval.status is not Status.RUNNING:
        assert foresight.rest(approval, ROUTING, moment()).steps == ()
        return
    rest = foresight.rest(approval, ROUTING, moment())
    assert rest.outcome == whole.outcome
    assert [one.node for one in rest.steps if one.node not in active] == [
        one.node for one in whole.steps[done:]
    ]


def asked_in_preview(found: foresight.Foresight) -> list[tuple[str, str]]:
    asked = [step for step in found.steps if step.status is NodeStatus.ACTIVE]
    return [(step.node, one.person_id) for step in asked for one in step.people]


def asked_in_fact(happened: Approval) -> list[tuple[str, str]]:
    tasks = sorted(happened.tasks.values(), key=lambda task: task.activation_no)
    return [(task.node, task.assignee_id) for task in tasks]
