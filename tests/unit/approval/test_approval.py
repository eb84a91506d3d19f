from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from approval_service.domain.approval.errors import NoApprover, ReasonMissing, TaskNotOpen
from approval_service.domain.approval.states import NodeStatus, NotStartedReason, Status
from opentas_shared.domain.errors import Forbidden, IllegalTransition
from opentas_shared.persistence.mapping import MAPPER, to_stored
from tests.unit.approval.worlds import (
    NOTHING,
    NamedRouting,
    by,
    definition,
    moment,
    node,
    requested,
    root,
    saying,
    started,
    topics,
)

if TYPE_CHECKING:
    from approval_service.domain.approval.approval import Approval

ROUTING = NamedRouting()


def assignees(approval: Approval) -> list[str]:
    return sorted(task.assignee_id for task in approval.open_tasks)


def test_it_starts_at_the_first_node_that_applies() -> None:
    approval = started(node("one", "ann", when="big"), node("two", "bob", "cat"))

    assert topics(approval) == [
        "requested",
        "started",
        "node_skipped",
        "node_activated",
        "task_assigned",
        "task_assigned",
    ]
    assert approval.status is Status.RUNNING
    assert assignees(approval) == ["bob", "cat"]
    assert [a.status for a in approval.activations] == [NodeStatus.SKIPPED, NodeStatus.ACTIVE]


def test_the_first_decision_decides_and_closes_the_other_tasks() -> None:
    approval = started(node("one", "ann", "bob"), node("two", "cat"))
    approval.collect_events()

    approval.approve(by("bob"), saying("fine"), ROUTING, moment(1))

    assert topics(approval) == [
        "task_decided",
        "task_closed",
        "node_completed",
        "node_activated",
        "task_assigned",
    ]
    assert approval.pending_events[1].reason_code == "DONE_BY_OTHER"
    assert assignees(approval) == ["cat"]


def test_the_last_node_approves_the_approval() -> None:
    approval = started(node("one", "ann"))
    approval.approve(by("ann"), NOTHING, ROUTING, moment(1))
    assert approval.status is Status.APPROVED
    assert not approval.open_tasks


def test_a_rejection_ends_it() -> None:
    approval = started(node("one", "ann", "bob"), node("two", "cat"))
    approval.reject(by("ann"), saying("no"), ROUTING, moment(1))
    assert approval.status is Status.REJECTED
    assert topics(approval)[-3:] == ["task_closed", "node_completed", "completed"]


def test_a_return_and_a_resubmission_make_a_new_round_and_keep_the_old_one() -> None:
    approval = started(node("one", "ann"), node("two", "bob"))
    approval.approve(by("ann"), NOTHING, ROUTING, moment(1))
    approval.return_to("submitter", by("bob"), saying("which budget?"), ROUTING, moment(2))
    assert approval.status is Status.RETURNED
    assert not approval.open_tasks

    approval.resubmit(by("sam"), "added", {"budget": 1}, ROUTING, moment(3))

    assert (approval.status, approval.round) == (Status.RUNNING, 2)
    assert approval.form == {"budget": 1}
    assert assignees(approval) == ["ann"]
    assert [(a.no, a.round, a.node, a.status) for a in approval.activations] == [
        (1, 1, "one", NodeStatus.APPROVED),
        (2, 1, "two", NodeStatus.RETURNED),
        (3, 2, "one", NodeStatus.ACTIVE),
    ]
    assert len(approval.tasks) == 3


def test_without_any_node_that_applies_a_machine_approves_and_says_so() -> None:
    approval = started(node("one", "ann", when="big"))
    assert approval.status is Status.APPROVED
    assert approval.pending_events[-1].reason_code == "NO_NODE_APPLIES"


def test_conditions_see_the_form_of_the_round() -> None:
    approval = requested()
    approval.start(definition(node("one", "ann")), ROUTING, moment())
    seen = {}

    class Looking(NamedRouting):
        def applies(self, when, case):  # type: ignore[no-untyped-def]
            seen.update(case.facts)
            return super().applies(when, case)

    approval.return_to("submitter", by("ann"), saying(""), ROUTING, moment(1))
    approval.resubmit(by("sam"), "", {"budget": 7}, Looking(), moment(2))
    assert seen["form"] == {"budget": 7}


def test_only_the_assignee_decides() -> None:
    approval = started(node("one", "ann"), node("two", "bob"))
    with pytest.raises(Forbidden) as refused:
        approval.approve(by("bob"), NOTHING, ROUTING, moment(1))
    assert refused.value.members["policy"] == "task:assignee"


def test_a_closed_task_is_a_conflict_not_a_prohibition() -> None:
    approval = started(node("one", "ann", "bob"), node("two", "cat"))
    approval.approve(by("ann"), NOTHING, ROUTING, moment(1))
    with pytest.raises(TaskNotOpen):
        approval.reject(by("bob"), saying(""), ROUTING, moment(2))


def test_only_the_submitter_resubmits() -> None:
    approval = started(node("one", "ann"))
    approval.return_to("submitter", by("ann"), saying(""), ROUTING, moment(1))
    with pytest.raises(Forbidden) as refused:
        approval.resubmit(by("ann"), "", {}, ROUTING, moment(2))
    assert refused.value.members["policy"] == "approval:submitter"


def test_an_administrator_acts_on_behalf_with_a_reason_and_both_are_kept() -> None:
    approval = started(node("one", "ann"))
    without = by("root", on_behalf_of="ann", administrator=True)
    with pytest.raises(ReasonMissing):
        approval.approve(without, NOTHING, ROUTING, moment(1))
    with pytest.raises(Forbidden):
        approval.approve(by("eve", on_behalf_of="ann", reason="x"), NOTHING, ROUTING, moment(1))

    approval.approve(root("ann"), NOTHING, ROUTING, moment(1))

    decided = approval.pending_events[-3]
    assert (decided.decided_by, decided.on_behalf_of) == ("root", "ann")
    assert decided.on_behalf_reason == "asked to"


@pytest.mark.parametrize("command", ["approve", "reject", "return"])
def test_nothing_is_decided_after_the_end(command: str) -> None:
    approval = started(node("one", "ann"))
    approval.reject(by("ann"), saying(""), ROUTING, moment(1))
    decide = {
        "approve": lambda: approval.approve(by("ann"), NOTHING, ROUTING, moment(2)),
        "reject": lambda: approval.reject(by("ann"), saying(""), ROUTING, moment(2)),
        "return": lambda: approval.return_to(
            "submitter", by("ann"), saying(""), ROUTING, moment(2)
        ),
    }
    with pytest.raises(IllegalTransition) as refused:
        decide[command]()
    assert refused.value.members["current_state"] == "REJECTED"


def test_a_decision_that_nobody_could_follow_is_refused() -> None:
    approval = started(node("one", "ann"), node("two", "bob"))
    with pytest.raises(NoApprover):
        approval.approve(by("ann"), NOTHING, NamedRouting(absent={"bob"}), moment(1))


def test_why_it_did_not_start_is_recorded() -> None:
    approval = requested()
    approval.refuse(NotStartedReason.FORM_INCOMPLETE, "no budget", moment(), ["budget"])
    assert approval.status is Status.NOT_STARTED
    assert approval.pending_events[-1].missing == ["budget"]
    with pytest.raises(IllegalTransition):
        approval.start(definition(node("one", "ann")), ROUTING, moment())


def test_a_running_approval_keeps_its_definition_when_it_is_loaded_again() -> None:
    approval = started(node("one", "ann"), node("two", "bob"))
    loaded = None
    for event in approval.collect_events():
        loaded = MAPPER.to_domain_event(to_stored(event)).mutate(loaded)  # type: ignore[arg-type]
    assert loaded is not None
    assert loaded.definition == definition(node("one", "ann"), node("two", "bob"))
    loaded.approve(by("ann"), NOTHING, ROUTING, moment(1))
    assert assignees(loaded) == ["bob"]
