"""A recorded approval by another definition: the same decisions by the same people.

Recorded acts arrive in their order, each at its time and with the routing of that time.

- A decision is taken over by the same person at the same node; before the node has been reached
  it waits for that. Where somebody else is asked there now, who decided nothing there in
  reality, the decision counts as theirs.
- A node that was never entered in reality agrees at once.
- When the recorded approval has ended, everybody who is still asked agrees.

By the definition that was really used all this comes to exactly what was recorded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from approval_service.domain.approval import events
from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.deciding import Opinion
from approval_service.domain.approval.errors import NoApprover
from approval_service.domain.approval.recorded_acts import (
    NO_COMMENT,
    Act,
    actor_of,
    acts,
    decide,
    repeat,
)
from approval_service.domain.approval.routing import Actor
from approval_service.domain.approval.states import Status
from opentas_shared.domain.errors import DomainError
from opentas_shared.domain.time import Moment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from approval_service.domain.approval.routing import Routing
    from approval_service.domain.approval.states import Task
    from approval_service.domain.flows.definition import Definition

ASSUMED = Opinion(comment=NO_COMMENT)
ABOUT = (
    "flow",
    "request_no",
    "subject_type",
    "subject_id",
    "submitter_id",
    "facts",
    "form",
    "subject_version",
)


class Rehearsal:
    """One approval played again by ``definition``; ``history`` is what was recorded of it."""

    def __init__(self, definition: Definition, history: Sequence[Any], routing: Routing) -> None:
        created = history[0]
        about = {name: getattr(created, name) for name in ABOUT}
        at = Moment(created.timestamp)
        self.approval = Approval.request(created.originator_id, at, **about)
        self._definition = definition
        self._routing = routing
        self._acts = {act.event.originator_version: act for act in acts(history)}
        self._entered = {one.node for one in history if isinstance(one, events.NodeActivated)}
        decided = (act.event for act in self._acts.values() if act.is_decision)
        self._expected = Counter((one.node, one.assignee_id) for one in decided)
        self._early: dict[tuple[str, str], list[Act]] = defaultdict(list)
        self.stopped = False

    def happened(self, event: Any) -> None:
        """Take in the next recorded event of the approval."""
        at = Moment(event.timestamp)
        act = self._acts.get(event.originator_version)
        if isinstance(event, events.Started):
            self._try(lambda: self.approval.start(self._definition, self._routing, at))
        elif isinstance(event, events.Completed):
            self._settle(at, lambda task: True)
        elif act is not None and act.is_decision:
            self._decided(act, at)
        elif act is not None:
            self._try(lambda: repeat(self.approval, act, self._routing, at))
        self._settle(at, lambda task: task.node not in self._entered)

    def _decided(self, act: Act, at: Moment) -> None:
        event = act.event
        place = (event.node, event.assignee_id)
        self._expected[place] -= 1
        tasks = [task for task in self.approval.open_tasks if task.node == event.node]
        own = [task for task in tasks if task.assignee_id == event.assignee_id]
        others = [one for one in tasks if not self._expected[(one.node, one.assignee_id)]]
        if own:
            same = next((task for task in own if task.id == event.task_id), own[0])
            self._decide(same, act, at)
        elif others:
            self._decide(others[0], act, at)
        else:
            self._early[place].append(act)

    def _settle(self, at: Moment, agrees: Callable[[Task], bool]) -> None:
        """Decide what was decided early already, and what ``agrees`` without a decision."""
        moved = True
        while moved and self.approval.status is Status.RUNNING:
            moved = False
            for task in self.approval.open_tasks:
                early = self._early[(task.node, task.assignee_id)]
                if early:
                    moved = self._decide(task, early.pop(0), at)
                elif agrees(task):
                    moved = self._agree(task, at)
                if moved:
                    break

    def _decide(self, task: Task, act: Act, at: Moment) -> bool:
        actor = Actor(task.assignee_id)
        if act.event.assignee_id == task.assignee_id:
            actor = actor_of(act.event, act.event.decided_by)
        return self._try(lambda: decide(self.approval, task, act, actor, self._routing, at))

    def _agree(self, task: Task, at: Moment) -> bool:
        actor = Actor(task.assignee_id)
        return self._try(lambda: self.approval.approve(actor, ASSUMED, self._routing, at, task.id))

    def _try(self, command: Callable[[], None]) -> bool:
        """Whether the command was possible: what this definition does not allow is left out.

        Where nobody can be asked next the approval stops.
        """
        if self.stopped:
            return False
        try:
            command()
        except DomainError as refusal:
            self.stopped = isinstance(refusal, NoApprover)
            return False
        return True
