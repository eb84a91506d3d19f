"""What an approval remembers, and the questions about it that its commands ask."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

from approval_service.domain.approval.states import (
    HOLDING,
    Activation,
    Before,
    NodeStatus,
    Said,
    Status,
    Task,
    TaskStatus,
)

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from approval_service.domain.flows.definition import Definition
    from approval_service.domain.flows.places import Place

Context = list[tuple[int, str]]
"""The parallel nodes around a place, outermost first: activation number and branch."""


class Memory:
    """The state of an approval, as its events have left it.

    ``activations`` and ``decisions`` only grow. ``fresh_from`` is the number of activations
    when the round or the last return began; ``come_back_to`` the node to which a resubmission
    goes straight; ``next`` whom an approver (or the form) named as next; ``claimed`` the tasks
    closed because another person took theirs; ``before`` what a withdrawal brings back, none
    once anything else than talk has followed the decision; ``acts`` what people did, each as the
    ``act`` of its event.
    """

    flow: str
    subject_type: str
    subject_id: str
    submitter_id: str

    def remember(self, facts: dict[str, Any], form: dict[str, Any]) -> None:
        """Begin with nothing but what was asked for."""
        self.facts = facts
        self.form = form
        self.status = Status.REQUESTED
        self.round = 0
        self.definition: Definition | None = None
        self.activations: list[Activation] = []
        self.tasks: dict[UUID, Task] = {}
        self.decisions: list[Said] = []
        self.before: Before | None = None
        self.next: dict[str, Any] | None = None
        self.fresh_from = 0
        self.come_back_to: str | None = None
        self.claimed: set[UUID] = set()
        self.approved_at: datetime | None = None
        self.urged_at: datetime | None = None
        self.stale = False
        self.acts: set[tuple[Any, ...]] = set()

    @property
    def plan(self) -> Definition:
        """The definition that this approval goes by; there is one from the start on."""
        if self.definition is None:
            raise AssertionError("an approval that was started has a definition")
        return self.definition

    @property
    def open_tasks(self) -> list[Task]:
        """The tasks that wait for a decision of their assignee."""
        return [task for task in self.tasks.values() if task.status is TaskStatus.OPEN]

    @property
    def participants(self) -> set[str]:
        """Who submitted it, was asked in it or decided in it."""
        people = {task.assignee_id for task in self.tasks.values()}
        people |= {task.principal_id for task in self.tasks.values() if task.principal_id}
        return people | {said.acting_as for said in self.decisions} | {self.submitter_id}

    def activation(self, no: int) -> Activation:
        """The activation with this number, from 1."""
        return self.activations[no - 1]

    def tasks_in(self, activation_no: int) -> list[Task]:
        """The tasks of one activation in the order of their assignment."""
        return [task for task in self.tasks.values() if task.activation_no == activation_no]

    def holding(self, task: Task) -> list[Task]:
        """The live tasks that are decided before this one: signers before it, advice."""
        return [
            one
            for one in self.tasks.values()
            if one.parent_id == task.id and one.live and one.kind in HOLDING
        ]

    def claimed_from(self, task: Task) -> list[Task]:
        """The tasks that were closed when this one was claimed."""
        return [one for one in self.tasks_in(task.activation_no) if one.id in self.claimed]

    def context(self, activation: Activation) -> Context:
        """The parallel nodes around an activation."""
        numbers, no = [], activation.parent_no
        while no:
            numbers.append(no)
            no = self.activation(no).parent_no
        branches = [branch for _, branch in self.plan.places[activation.node].parallels]
        return list(zip(reversed(numbers), branches, strict=True))

    def shared_context(self, source: Activation | None, place: Place) -> Context:
        """The parallel nodes around ``source`` that stay when it is sent to ``place``."""
        if source is None:
            return []
        shared: Context = []
        for (no, branch), (node, other) in zip(self.context(source), place.parallels, strict=False):
            if self.activation(no).node != node or branch != other:
                break
            shared.append((no, branch))
        return shared

    def running_within(self, shared: Context) -> list[Activation]:
        """The active activations in that branch, the innermost first; without one, all."""
        return [
            one
            for one in reversed(self.activations)
            if one.status is NodeStatus.ACTIVE and self.context(one)[: len(shared)] == shared
        ]

    def inside(self, parallel_no: int) -> list[Activation]:
        """The activations in the branches of a parallel node, at any depth."""
        return [
            one
            for one in self.activations[parallel_no:]
            if parallel_no in {no for no, _ in self.context(one)}
        ]

    def open_round(self, round: int, form: dict[str, Any]) -> None:
        """Run (again) from here; what approvers agreed to in earlier rounds does not count."""
        self.status = Status.RUNNING
        self.round = round
        self.form = form
        self.next = form.get("next")
        self.fresh_from = len(self.activations)
        self.come_back_to = None
        self.before = None

    def remember_before(self, decision_no: int) -> None:
        """Keep how things stand, so that the decision that follows can be withdrawn."""
        self.before = Before(
            decision_no,
            self.status,
            {one.no: one.status for one in self.activations},
            {task.id: task.status for task in self.tasks.values()},
            deepcopy(self.form),
            self.next,
            self.fresh_from,
        )

    def restore_before(self) -> None:
        """What the last decision said of the whole approval is as if it had not been said."""
        if self.before is not None:
            said = self.decisions[self.before.decision_no - 1]
            self.activation(said.activation_no).chosen = None
            self.status = self.before.status
            self.form = self.before.form
            self.next = self.before.next
            self.fresh_from = self.before.fresh_from
            self.come_back_to = None
        self.before = None
