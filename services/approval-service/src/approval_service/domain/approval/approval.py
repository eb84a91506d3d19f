"""The approval aggregate: decisions by the table in ``machine.py``, evolution by its events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from approval_service.domain.approval import events
from approval_service.domain.approval.errors import not_submitter
from approval_service.domain.approval.machine import Command, require
from approval_service.domain.approval.moves import ask, decide
from approval_service.domain.approval.states import (
    Activation,
    Decision,
    NodeStatus,
    NotStartedReason,
    Status,
    Task,
    TaskStatus,
)
from approval_service.domain.approval.tasks import permitted, task_of
from approval_service.domain.approval.walking import walk
from approval_service.domain.flows.definition import Definition
from opentas_shared.domain.aggregate import Aggregate, AggregateEvent, event

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from approval_service.domain.approval.routing import Actor, Routing
    from opentas_shared.domain.time import Moment


class Approval(Aggregate):
    """One request for approval of one flow for one subject, from asking to its end."""

    TOPIC: ClassVar[str] = "approval"

    Created = events.Created
    Started = events.Started
    NotStarted = events.NotStarted
    NodeSkipped = events.NodeSkipped
    NodeActivated = events.NodeActivated
    TaskAssigned = events.TaskAssigned
    TaskDecided = events.TaskDecided
    TaskClosed = events.TaskClosed
    NodeCompleted = events.NodeCompleted
    Returned = events.Returned
    Resubmitted = events.Resubmitted
    Completed = events.Completed

    @event(Created)
    def __init__(
        self,
        flow: str,
        subject_type: str,
        subject_id: str,
        submitter_id: str,
        facts: dict[str, Any],
        form: dict[str, Any],
    ) -> None:
        self.flow = flow
        self.subject_type = subject_type
        self.subject_id = subject_id
        self.submitter_id = submitter_id
        self.facts = facts
        self.form = form
        self.status = Status.REQUESTED
        self.round = 0
        self.definition: Definition | None = None
        self.activations: list[Activation] = []
        self.tasks: dict[UUID, Task] = {}

    @classmethod
    def request(cls, id: UUID, at: Moment, **fields: Any) -> Approval:
        """Ask for an approval; ``fields`` are those of ``events.Created``."""
        return cls.create(cls.Created, id, at, **fields)

    @property
    def open_tasks(self) -> list[Task]:
        """The tasks that wait for a decision."""
        return [task for task in self.tasks.values() if task.status is TaskStatus.OPEN]

    def check(self, command: Command, actor: Actor) -> None:
        """Raise what speaks against ``actor`` giving the command now."""
        require(command, self.status)
        if command is Command.RESUBMIT:
            permitted(actor)
            if actor.acting_as != self.submitter_id:
                raise not_submitter(actor.acting_as, self.submitter_id)
        else:
            task_of(self.tasks.values(), actor)

    def start(self, definition: Definition, routing: Routing, at: Moment) -> None:
        """Run by ``definition`` from now on. ``NoApprover`` when its first node has nobody."""
        require(Command.START, self.status)
        steps = walk(definition.nodes, routing, self.submitter_id, self._facts(self.form))
        self.record(
            Approval.Started,
            at,
            definition_version=definition.version,
            round=1,
            definition=definition.as_dict(),
            facts=self.facts,
            form=self.form,
        )
        ask(self, steps, at)

    def refuse(
        self, code: NotStartedReason, reason: str, at: Moment, missing: Sequence[str] = ()
    ) -> None:
        """Record why the approval cannot run."""
        require(Command.REFUSE, self.status)
        self.record(
            Approval.NotStarted, at, reason_code=str(code), reason=reason, missing=list(missing)
        )

    def approve(self, actor: Actor, comment: str, routing: Routing, at: Moment) -> None:
        """Agree; the next node is asked. ``NoApprover`` when nobody can be."""
        require(Command.APPROVE, self.status)
        task = task_of(self.tasks.values(), actor)
        nodes = self._definition().after(task.node)
        steps = walk(nodes, routing, self.submitter_id, self._facts(self.form))
        decide(self, task, Decision.APPROVED, actor, comment, at)
        ask(self, steps, at)

    def reject(self, actor: Actor, comment: str, at: Moment) -> None:
        """Refuse; the approval ends."""
        require(Command.REJECT, self.status)
        task = task_of(self.tasks.values(), actor)
        decide(self, task, Decision.REJECTED, actor, comment, at)
        self.record(Approval.Completed, at, outcome=str(Status.REJECTED), reason_code=None)

    def return_to_submitter(self, actor: Actor, comment: str, at: Moment) -> None:
        """退回: hand back to the submitter."""
        require(Command.RETURN, self.status)
        task = task_of(self.tasks.values(), actor)
        decide(self, task, Decision.RETURNED, actor, comment, at)
        self.record(Approval.Returned, at, node=task.node, returned_by=actor.person)

    def resubmit(
        self, actor: Actor, comment: str, form: dict[str, Any], routing: Routing, at: Moment
    ) -> None:
        """Start a new round with ``form`` as it is now; the facts stay pinned."""
        self.check(Command.RESUBMIT, actor)
        nodes = self._definition().nodes
        steps = walk(nodes, routing, self.submitter_id, self._facts(form))
        self.record(
            Approval.Resubmitted,
            at,
            round=self.round + 1,
            form=form,
            resubmitted_by=actor.person,
            on_behalf_of=actor.on_behalf_of,
            on_behalf_reason=actor.reason,
            comment=comment,
        )
        ask(self, steps, at)

    def record(self, event_class: type[AggregateEvent], at: Moment, **fields: Any) -> None:
        """Trigger an event with the facts that every event of an approval carries."""
        about = {
            "flow": self.flow,
            "subject_type": self.subject_type,
            "subject_id": self.subject_id,
            "submitter_id": self.submitter_id,
            "definition_version": self.definition.version if self.definition else 0,
            "round": self.round,
        }
        self.trigger(event_class, at, **{**about, **fields})

    def _facts(self, form: dict[str, Any]) -> dict[str, Any]:
        return {**self.facts, "form": form}

    def _definition(self) -> Definition:
        if self.definition is None:
            raise AssertionError("an approval that was started has a definition")
        return self.definition

    @event(Started)
    def _started(self, definition: dict[str, Any], round: int) -> None:
        self.definition = Definition.from_dict(definition)
        self.status = Status.RUNNING
        self.round = round

    @event(NotStarted)
    def _not_started(self) -> None:
        self.status = Status.NOT_STARTED

    @event(NodeSkipped)
    def _node_skipped(self, activation_no: int, round: int, node: str) -> None:
        self.activations.append(Activation(activation_no, round, node, NodeStatus.SKIPPED))

    @event(NodeActivated)
    def _node_activated(self, activation_no: int, round: int, node: str) -> None:
        self.activations.append(Activation(activation_no, round, node, NodeStatus.ACTIVE))

    @event(TaskAssigned)
    def _task_assigned(
        self, task_id: UUID, activation_no: int, node: str, assignee_id: str
    ) -> None:
        self.tasks[task_id] = Task(task_id, activation_no, node, assignee_id)

    @event(TaskDecided)
    def _task_decided(self, task_id: UUID, decision: str) -> None:
        self.tasks[task_id].status = TaskStatus(decision)

    @event(TaskClosed)
    def _task_closed(self, task_id: UUID) -> None:
        self.tasks[task_id].status = TaskStatus.CLOSED

    @event(NodeCompleted)
    def _node_completed(self, activation_no: int, outcome: str) -> None:
        self.activations[activation_no - 1].status = NodeStatus(outcome)

    @event(Returned)
    def _returned(self) -> None:
        self.status = Status.RETURNED

    @event(Resubmitted)
    def _resubmitted(self, round: int, form: dict[str, Any]) -> None:
        self.status = Status.RUNNING
        self.round = round
        self.form = form

    @event(Completed)
    def _completed(self, outcome: str) -> None:
        self.status = Status(outcome)
