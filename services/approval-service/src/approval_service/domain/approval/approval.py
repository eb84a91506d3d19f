"""The approval aggregate: commands by the table in ``machine.py``, evolution by its events.

Each command checks first and then lets a ``Walk`` go as far as it leads. A refusal in the
middle (nobody can approve the next node) leaves the unit of work to drop everything.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from approval_service.domain.approval import deciding, events, signing
from approval_service.domain.approval.closing import cancel
from approval_service.domain.approval.errors import NodeUnknown, NotReversible, UrgedTooSoon
from approval_service.domain.approval.machine import Command, require
from approval_service.domain.approval.memory import Memory
from approval_service.domain.approval.permissions import check, need_reason
from approval_service.domain.approval.states import (
    Decision,
    NodeStatus,
    Reason,
    Status,
    TaskKind,
)
from approval_service.domain.approval.tasks import removable_task, task_of
from approval_service.domain.approval.timing import fire
from approval_service.domain.approval.walking import Walk
from approval_service.domain.approval.withdrawing import withdraw
from approval_service.domain.flows.nodes import ApprovalNode
from opentas_shared.domain.aggregate import Aggregate, AggregateEvent, event

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from approval_service.domain.approval.deciding import Opinion
    from approval_service.domain.approval.routing import Actor, Routing
    from approval_service.domain.approval.states import Activation, NotStartedReason, Task
    from approval_service.domain.flows.definition import Definition
    from opentas_shared.domain.time import Moment


class Approval(Memory, Aggregate):
    """One request for approval of one flow for one subject, from asking to its end."""

    TOPIC: ClassVar[str] = "approval"

    Created = events.Created
    Started = events.Started
    NotStarted = events.NotStarted
    NodeSkipped = events.NodeSkipped
    NodePassed = events.NodePassed
    NodeActivated = events.NodeActivated
    NodeCompleted = events.NodeCompleted
    NodeReopened = events.NodeReopened
    TaskAssigned = events.TaskAssigned
    TaskOpened = events.TaskOpened
    TaskWaits = events.TaskWaits
    TaskDecided = events.TaskDecided
    TaskClosed = events.TaskClosed
    DecisionWithdrawn = events.DecisionWithdrawn
    TimerFired = events.TimerFired
    SignerAdded = events.SignerAdded
    SignerRemoved = events.SignerRemoved
    TaskTransferred = events.TaskTransferred
    TaskDelegated = events.TaskDelegated
    TaskClaimed = events.TaskClaimed
    Urged = events.Urged
    Copied = events.Copied
    Commented = events.Commented
    Returned = events.Returned
    Recalled = events.Recalled
    Resubmitted = events.Resubmitted
    Jumped = events.Jumped
    Revoked = events.Revoked
    Terminated = events.Terminated
    Completed = events.Completed
    Reversed = events.Reversed
    WentStale = events.WentStale
    Refreshed = events.Refreshed

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
        self.remember(facts, form)

    @classmethod
    def request(cls, id: UUID, at: Moment, **fields: Any) -> Approval:
        """Ask for an approval; ``fields`` are those of ``events.Created``."""
        return cls.create(cls.Created, id, at, **fields)

    def check(self, command: Command, actor: Actor) -> None:
        """Raise what speaks against ``actor`` giving the command now."""
        check(self, command, actor)

    def start(self, definition: Definition, routing: Routing, at: Moment) -> None:
        """Run by ``definition`` from now on. ``NoApprover`` when a node has nobody to ask."""
        require(Command.START, self.status)
        self.record(
            events.Started,
            at,
            definition_version=definition.version,
            round=1,
            definition=definition.as_dict(),
            facts=self.facts,
            form=self.form,
        )
        Walk(self, routing, at).from_start()

    def refuse(
        self, code: NotStartedReason, reason: str, at: Moment, missing: Sequence[str] = ()
    ) -> None:
        """Record why the approval cannot run."""
        require(Command.REFUSE, self.status)
        why = {"reason_code": str(code), "reason": reason, "missing": list(missing)}
        self.record(events.NotStarted, at, **why)

    def approve(
        self,
        actor: Actor,
        opinion: Opinion,
        routing: Routing,
        at: Moment,
        task_id: UUID | None = None,
    ) -> None:
        """Agree in the actor's open task. ``NoApprover`` when nobody can be asked next."""
        task = self._task(Command.APPROVE, actor, task_id)
        deciding.decide(Walk(self, routing, at), task, Decision.APPROVED, actor, opinion)

    def reject(
        self,
        actor: Actor,
        opinion: Opinion,
        routing: Routing,
        at: Moment,
        task_id: UUID | None = None,
    ) -> None:
        """Refuse in the actor's open task; the node's policy says what a refusal does."""
        task = self._task(Command.REJECT, actor, task_id)
        deciding.decide(Walk(self, routing, at), task, Decision.REJECTED, actor, opinion)

    def return_to(
        self,
        to: str,
        actor: Actor,
        opinion: Opinion,
        routing: Routing,
        at: Moment,
        *,
        return_to_me: bool = False,
        task_id: UUID | None = None,
    ) -> None:
        """退回: hand back to the submitter or to an earlier node, see ``returning.targets``."""
        task = self._task(Command.RETURN, actor, task_id)
        walk = Walk(self, routing, at)
        deciding.hand_back(walk, task, to, actor, opinion, return_to_me=return_to_me)

    def withdraw(self, actor: Actor, comment: str, routing: Routing, at: Moment) -> None:
        """撤回: take back the actor's decision, the last one of the approval."""
        check(self, Command.WITHDRAW, actor)
        withdraw(Walk(self, routing, at), actor, comment)

    def add_signer(
        self,
        person: str,
        position: TaskKind,
        actor: Actor,
        comment: str,
        routing: Routing,
        at: Moment,
        task_id: UUID | None = None,
    ) -> None:
        """加签 before, after or beside the actor's open task."""
        task = self._task(Command.ADD_SIGNER, actor, task_id)
        signing.add_signer(Walk(self, routing, at), task, person, position, actor, comment)

    def remove_signer(
        self, task_id: UUID, actor: Actor, comment: str, routing: Routing, at: Moment
    ) -> None:
        """减签: take back a signer, by who holds the task that the signer was added to."""
        check(self, Command.REMOVE_SIGNER, actor)
        task = removable_task(self, task_id, actor)
        signing.remove_signer(Walk(self, routing, at), task, actor, comment)

    def transfer(
        self,
        to: str,
        actor: Actor,
        comment: str,
        routing: Routing,
        at: Moment,
        task_id: UUID | None = None,
    ) -> None:
        """转交: the actor's open task is ``to``'s from now on."""
        task = self._task(Command.TRANSFER, actor, task_id)
        signing.transfer(Walk(self, routing, at), task, to, actor, comment)

    def delegate(
        self,
        to: str,
        actor: Actor,
        comment: str,
        routing: Routing,
        at: Moment,
        task_id: UUID | None = None,
    ) -> None:
        """委派: ask ``to`` for advice; the decision returns to the actor."""
        task = self._task(Command.DELEGATE, actor, task_id)
        signing.delegate(Walk(self, routing, at), task, to, actor, comment)

    def claim(self, actor: Actor, comment: str, routing: Routing, at: Moment) -> None:
        """Take a task that several people are asked for."""
        task = self._task(Command.CLAIM, actor, None)
        signing.claim(Walk(self, routing, at), task, actor, comment)

    def release(self, actor: Actor, comment: str, routing: Routing, at: Moment) -> None:
        """Give a claimed task back."""
        task = self._task(Command.RELEASE, actor, None)
        signing.release(Walk(self, routing, at), task, actor, comment)

    def resubmit(
        self, actor: Actor, comment: str, form: dict[str, Any], routing: Routing, at: Moment
    ) -> None:
        """Start a new round with ``form`` as it is now; the facts stay pinned."""
        check(self, Command.RESUBMIT, actor)
        straight_to = self.come_back_to
        self.record(
            events.Resubmitted,
            at,
            round=self.round + 1,
            form=form,
            resubmitted_by=actor.person,
            on_behalf_of=actor.on_behalf_of,
            on_behalf_reason=actor.reason,
            comment=comment,
        )
        walk = Walk(self, routing, at)
        if straight_to is None:
            walk.from_start()
        else:
            walk.reenter(straight_to, None)

    def recall(self, actor: Actor, comment: str, at: Moment) -> None:
        """Take the running approval back to change it and to submit it again."""
        check(self, Command.RECALL, actor)
        self._stop(Reason.RECALLED, at)
        self.personal(events.Recalled, at, actor, comment)

    def revoke(self, actor: Actor, comment: str, at: Moment) -> None:
        """撤销: the submitter ends the approval."""
        check(self, Command.REVOKE, actor)
        self._stop(Reason.REVOKED, at)
        self.personal(events.Revoked, at, actor, comment)
        self._end(Status.REVOKED, at)

    def terminate(self, actor: Actor, comment: str, at: Moment) -> None:
        """An administrator ends the approval, with a reason."""
        check(self, Command.TERMINATE, actor)
        need_reason(comment)
        self._stop(Reason.TERMINATED, at)
        self.personal(events.Terminated, at, actor, comment)
        self._end(Status.TERMINATED, at)

    def reverse(
        self, actor: Actor, comment: str, at: Moment, *, role: str = "", late: bool = False
    ) -> None:
        """通过后撤销: in the definition's time, or ``late`` where an import waives that.

        ``role`` is in whose name it was done, where history knows only that.
        """
        check(self, Command.REVERSE, actor)
        hours, since = self.plan.reversible_hours, self.approved_at
        in_time = hours is not None and (
            since is not None and at.instant <= since + timedelta(hours=hours)
        )
        if not (late or in_time):
            raise NotReversible(hours)
        self.personal(events.Reversed, at, actor, comment, role=role)

    def jump(self, to: str, actor: Actor, comment: str, routing: Routing, at: Moment) -> None:
        """An administrator sends the approval to any node that asks people, with a reason."""
        check(self, Command.JUMP, actor)
        need_reason(comment)
        asking = [id for id, node in self.plan.by_id.items() if isinstance(node, ApprovalNode)]
        if to not in asking:
            raise NodeUnknown(to, asking)
        self._stop(Reason.JUMPED, at)
        self.personal(events.Jumped, at, actor, comment, to=to)
        Walk(self, routing, at).reenter(to, None)

    def urge(self, actor: Actor, comment: str, pause: timedelta, at: Moment) -> None:
        """催办: at most once in ``pause``. ``UrgedTooSoon`` (409) before."""
        check(self, Command.URGE, actor)
        if self.urged_at is not None and at.instant < self.urged_at + pause:
            raise UrgedTooSoon(self.urged_at + pause)
        people = list(dict.fromkeys(task.assignee_id for task in self.open_tasks))
        self.personal(events.Urged, at, actor, comment, people=people)

    def copy_to(self, people: Sequence[str], actor: Actor, comment: str, at: Moment) -> None:
        """抄送: let people read it."""
        check(self, Command.COPY, actor)
        self.record(
            events.Copied, at, node=None, people=list(people), by=actor.person, comment=comment
        )

    def comment(
        self, actor: Actor, comment: str, attachments: Sequence[dict[str, Any]], at: Moment
    ) -> None:
        """Say something without deciding."""
        check(self, Command.COMMENT, actor)
        self.personal(events.Commented, at, actor, comment, attachments=list(attachments) or None)

    def fire_timer(self, task_id: UUID, timer_no: int, routing: Routing, at: Moment) -> None:
        """Do what a timer says. Nothing when it has fired, or its task is not live any more."""
        task = self.tasks.get(task_id)
        if self.status is not Status.RUNNING or task is None or not task.live:
            return
        timer = next((one for one in task.timers if one.no == timer_no), None)
        if timer is not None and not timer.fired and timer.fires_at <= at.instant.isoformat():
            fire(Walk(self, routing, at), task, timer)

    def go_stale(
        self,
        changes: Sequence[Mapping[str, Any]],
        facts: dict[str, Any],
        routing: Routing,
        at: Moment,
        *,
        subject_version: int = 0,
    ) -> None:
        """Watched facts have moved (D4): a new round asks again, with the facts as they are."""
        require(Command.GO_STALE, self.status)
        self.record(
            events.WentStale,
            at,
            round=self.round + 1,
            changes=[dict(change) for change in changes],
            facts=facts,
            subject_version=subject_version,
        )
        Walk(self, routing, at).from_start()

    def refresh(self, facts: dict[str, Any], at: Moment) -> None:
        """The watched facts are again what was approved: the second approval is not needed."""
        require(Command.REFRESH, self.status)
        self._stop(Reason.VALUE_RETURNED, at)
        self.record(events.Refreshed, at, facts=facts)

    def record(self, event_class: type[AggregateEvent], at: Moment, **fields: Any) -> None:
        """Trigger an event with the facts that every event of an approval carries.

        The library makes events that it finds in an aggregate its own: those are stored.
        """
        about = {
            "flow": self.flow,
            "subject_type": self.subject_type,
            "subject_id": self.subject_id,
            "submitter_id": self.submitter_id,
            "definition_version": self.definition.version if self.definition else 0,
            "round": self.round,
        }
        own = getattr(self, event_class.__name__)
        self.trigger(own, at, **{**about, **fields})

    def personal(
        self,
        event_class: type[events.PersonalEvent],
        at: Moment,
        actor: Actor,
        comment: str,
        **fields: Any,
    ) -> None:
        """Trigger the event of a person's act, with both identities."""
        self.record(
            event_class,
            at,
            by=actor.person,
            on_behalf_of=actor.on_behalf_of,
            on_behalf_reason=actor.reason,
            comment=comment,
            **fields,
        )

    def complete_node(
        self,
        activation: Activation,
        outcome: NodeStatus,
        at: Moment,
        reason: Reason | None = None,
    ) -> NodeStatus:
        """Give the node its outcome."""
        self.record(
            events.NodeCompleted,
            at,
            activation_no=activation.no,
            node=activation.node,
            outcome=str(outcome),
            reason_code=None if reason is None else str(reason),
        )
        return outcome

    def _task(self, command: Command, actor: Actor, task_id: UUID | None) -> Task:
        require(command, self.status)
        return task_of(self.tasks.values(), actor, task_id)

    def _stop(self, reason: Reason, at: Moment) -> None:
        for running in self.running_within([]):
            cancel(self, running, reason, at)

    def _end(self, outcome: Status, at: Moment) -> None:
        self.record(events.Completed, at, outcome=str(outcome), reason_code=None, form=self.form)
