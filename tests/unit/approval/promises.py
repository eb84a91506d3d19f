"""What holds for every approval after every command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from approval_service.domain.approval import events
from approval_service.domain.approval.machine import allowed_in
from approval_service.domain.approval.states import (
    ENDED,
    NodeStatus,
    Status,
    TaskKind,
    TaskStatus,
)
from approval_service.domain.flows.nodes import ParallelNode
from opentas_shared.persistence.mapping import MAPPER, to_stored

if TYPE_CHECKING:
    from approval_service.domain.approval.approval import Approval
    from approval_service.domain.approval.states import Activation
    from tests.unit.approval.stories import Story


def all_hold(story: Story) -> None:
    never_stuck(story)
    open_tasks_match_the_active_nodes(story)
    joins_wait_for_what_was_started(story)
    timers_of_live_tasks_run(story)
    every_decision_stays_visible(story)


def never_stuck(story: Story) -> None:
    approval = story.approval
    if approval.status is Status.RUNNING:
        assert approval.open_tasks, "somebody is asked"
    else:
        assert not [task for task in approval.tasks.values() if task.live]
    if approval.status not in ENDED:
        assert allowed_in(approval.status)


def open_tasks_match_the_active_nodes(story: Story) -> None:
    approval = story.approval
    active = [one for one in approval.activations if one.status is NodeStatus.ACTIVE]
    asking = {one.no for one in active if not _is_parallel(story, one)}
    assert {task.activation_no for task in approval.open_tasks} == asking
    assert {task.activation_no for task in approval.tasks.values() if task.live} == asking
    assert not active or approval.status is Status.RUNNING


def joins_wait_for_what_was_started(story: Story) -> None:
    started = {
        event.activation_no: set(event.branches)
        for event in story.events
        if isinstance(event, events.NodeActivated) and event.branches is not None
    }
    for one in (story.approval.activation(no) for no in started):
        inside = story.approval.inside(one.no)
        running = any(other.status is NodeStatus.ACTIVE for other in inside)
        assert (one.status is NodeStatus.ACTIVE) == running, "joined when nothing runs in it"
        entered = {dict(story.approval.context(other))[one.no] for other in inside}
        assert entered <= started[one.no], "only branches that were started"
        if running:
            behind = {node.id for node in story.definition.places[one.node].rest}
            assert not [
                other
                for other in story.approval.activations[one.no :]
                if other.node in behind
                and other.parent_no == one.parent_no
                and other.status is not NodeStatus.CANCELLED
            ], "nothing behind the join has begun"


def timers_of_live_tasks_run(story: Story) -> None:
    opened: dict[Any, str] = {}
    for event in story.events:
        if isinstance(event, events.TaskAssigned | events.TaskOpened) and event.timers:
            assert event.timers[-1]["fires_at"] > event.timestamp.isoformat()
            opened[event.task_id] = event.timers[-1]["fires_at"]
    for task in story.approval.tasks.values():
        limit = getattr(story.definition.by_id.get(task.node), "limit", None)
        own = task.kind is not TaskKind.ADVICE and task.status is TaskStatus.OPEN
        if limit is not None and own:
            actions = [*["REMIND"] * len(limit.remind), limit.action]
            assert [timer.action for timer in task.timers] == actions
            assert task.timers[-1].fires_at == opened[task.id], "they run from the last opening"


def every_decision_stays_visible(story: Story) -> None:
    decided = [event for event in story.events if isinstance(event, events.TaskDecided)]
    assert [event.comment for event in decided] == story.said
    decisions = story.approval.decisions
    assert [one.no for one in decisions] == list(range(1, len(decided) + 1))
    withdrawn = {e.decision_no for e in story.events if isinstance(e, events.DecisionWithdrawn)}
    assert {one.no for one in decisions if one.withdrawn} == withdrawn
    assert set(story.said) <= set(_comments(story.document)), "the read model shows them"


def replay_gives_the_same_state(story: Story) -> None:
    copy: Any = None
    for event in story.events:
        stored: Any = MAPPER.to_domain_event(to_stored(event))
        copy = stored.mutate(copy)
    assert _state(copy) == _state(story.approval)


def _is_parallel(story: Story, activation: Activation) -> bool:
    return isinstance(story.definition.by_id[activation.node], ParallelNode)


def _comments(document: Any) -> list[str]:
    """Every text under a ``comment`` anywhere in the document."""
    found: list[str] = []
    if isinstance(document, dict):
        for name, value in document.items():
            found += [value] if name == "comment" and value else _comments(value)
    elif isinstance(document, list):
        for value in document:
            found += _comments(value)
    return found


def _state(approval: Approval) -> dict[str, Any]:
    return {name: value for name, value in vars(approval).items() if name != "_pending_events"}
