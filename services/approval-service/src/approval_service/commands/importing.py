"""Bringing in the history of one approval: its steps in order, each with its own time.

The definition is one in which each approver names who is asked next (A6). The people are those
that history names: the organisation directory need not know them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from approval_service.commands.routing import DirectoryRouting
from approval_service.commands.withdrawing import REVERSAL_TIME
from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.deciding import Opinion
from approval_service.domain.approval.errors import ApprovalNotYetSubmitted, FlowNotInForce
from approval_service.domain.approval.routing import Actor, Candidate, Resolution
from approval_service.read_models.approvals import approvals
from approval_service.read_models.flows import definition_in_force
from opentas_shared.domain.ids import derived_id

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from approval_service.domain.approval.routing import Case
    from approval_service.domain.flows.nodes import Approvers
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork

HISTORY = "HISTORY"
"""The reason code of approvers that an import has named."""
TOPICS = {
    "APPROVE": Approval.TaskDecided.TOPIC,
    "REJECT": Approval.TaskDecided.TOPIC,
    "RECALL": Approval.Recalled.TOPIC,
    "COMMENT": Approval.Commented.TOPIC,
    "REVERSE": Approval.Reversed.TOPIC,
}
"""The steps after a submission, and the event by which each is known."""


@dataclass(frozen=True)
class Named:
    """Who was asked or who acted, in which role."""

    person: str
    role: str = ""

    @property
    def as_next(self) -> dict[str, Any]:
        """As an opinion names who is asked next."""
        return {"role": self.role, "people": [self.person]}


@dataclass(frozen=True)
class Step:
    """One step; ``kind`` is ``SUBMIT`` or one of ``TOPICS``.

    ``by`` acts, besides in a submission and a recall: those are the submitter's. ``next`` is who
    is asked then; an approval without it is the final one.
    """

    at: Moment
    kind: str
    by: Named | None = None
    next: Named | None = None
    comment: str = ""


@dataclass(frozen=True)
class ImportApproval:
    """The history of one approval, known by its natural key in another system."""

    natural_key: str
    flow: str
    subject_id: str
    submitter_id: str
    steps: tuple[Step, ...]
    facts: dict[str, Any] = field(default_factory=dict)
    waived: frozenset[str] = frozenset()

    @property
    def id(self) -> UUID:
        """The id of the approval."""
        return id_of(self.natural_key)


def id_of(natural_key: str) -> UUID:
    """The id of the approval with this natural key."""
    return derived_id("approval", "import", natural_key)


def look_up(ids: Iterable[UUID], work: UnitOfWork) -> None:
    """Find out with one statement which of these approvals exist."""
    work.rows.prefetch(approvals, [{"id": id} for id in ids])


def import_approval(command: ImportApproval, work: UnitOfWork) -> int:
    """Apply the steps that were not applied before, all or none, and say how many were new.

    Raises ``ApprovalNotYetSubmitted`` (404) where no step submits it, ``FlowNotInForce`` (422),
    and what the commands of the approval raise.
    """
    # The row is written with the events: without it there is no stream to ask for.
    known = work.rows.get(approvals, id=command.id) is not None
    approval = work.find(Approval, command.id) if known else None
    history = _History(command, approval, work)
    for step in command.steps:
        history.take(step)
    if history.approval is None:
        raise ApprovalNotYetSubmitted(command.natural_key)
    if history.taken:
        work.save(history.approval)
    return history.taken


class HistoryRouting(DirectoryRouting):
    """Asks whom history names, whoever the directory knows; nobody stands in for anybody."""

    def people(self, sources: tuple[Approvers, ...], case: Case) -> Resolution:
        """Those who were named as next."""
        named = case.next or {}
        role = str(named.get("role", ""))
        found = tuple(Candidate(person, role) for person in named.get("people", ()))
        return Resolution(found, HISTORY, "named by history")

    def administrators(self) -> tuple[str, ...]:
        """Nobody steps in: history names everybody."""
        return ()

    def superior(self, person: str) -> str | None:
        """Nobody steps in."""
        return None

    def deputy(self, person: str, flow: str, at: datetime) -> str | None:
        """Nobody stands in."""
        return None

    def active(self, person_id: str) -> bool:
        """Whoever history names was there."""
        return True


@dataclass
class _History:
    """Replays steps; ``taken`` counts those that were new."""

    command: ImportApproval
    approval: Approval | None
    work: UnitOfWork
    taken: int = 0

    def take(self, step: Step) -> None:
        if step.kind == "SUBMIT" and self.approval is None:
            self.approval = self._start(step)
        elif self.approval is None:
            raise ApprovalNotYetSubmitted(self.command.natural_key)
        elif not self.approval.acts.isdisjoint(_acts(step)):
            return
        elif step.kind == "SUBMIT":
            self._resubmit(self.approval, step)
        else:
            self._act(self.approval, step, step.by or Named(self.command.submitter_id))
        self.taken += 1

    @property
    def _routing(self) -> HistoryRouting:
        return HistoryRouting(self.work.rows)

    def _start(self, step: Step) -> Approval:
        command = self.command
        definition = definition_in_force(self.work.rows, command.flow)
        if definition is None:
            raise FlowNotInForce(command.flow)
        approval = Approval.request(
            command.id,
            step.at,
            flow=command.flow,
            request_no=1,
            subject_type=definition.subject,
            subject_id=command.subject_id,
            submitter_id=command.submitter_id,
            facts=command.facts,
            form=_form({}, step),
        )
        approval.start(definition, self._routing, step.at)
        return approval

    def _resubmit(self, approval: Approval, step: Step) -> None:
        submitter = Actor(self.command.submitter_id)
        form = _form(approval.form, step)
        approval.resubmit(submitter, step.comment, form, self._routing, step.at)

    def _act(self, approval: Approval, step: Step, by: Named) -> None:
        actor, submitter = Actor(by.person), self.command.submitter_id
        match step.kind:
            case "APPROVE":
                chosen = None if step.next is None else step.next.as_next
                opinion = Opinion(step.comment, next=chosen)
                approval.approve(actor, opinion, self._routing, step.at)
            case "REJECT":
                approval.reject(actor, Opinion(step.comment), self._routing, step.at)
            case "RECALL":
                approval.recall(Actor(submitter), step.comment, step.at)
            case "COMMENT":
                approval.comment(actor, step.comment, (), step.at)
            case "REVERSE":
                if by.person != submitter:
                    actor = Actor(by.person, submitter, HISTORY, administrator=True)
                late = REVERSAL_TIME in self.command.waived
                approval.reverse(actor, step.comment, step.at, role=by.role, late=late)


def _form(form: dict[str, Any], step: Step) -> dict[str, Any]:
    return {**form, "next": None if step.next is None else step.next.as_next}


def _acts(step: Step) -> set[tuple[Any, ...]]:
    """The acts any of which says that the step was applied before."""
    if step.kind == "SUBMIT":
        topics = (Approval.Started.TOPIC, Approval.Resubmitted.TOPIC)
        return {(topic, step.at.instant, "") for topic in topics}
    role = step.by.role if step.by is not None and step.kind in WITH_ROLE else ""
    return {(TOPICS[step.kind], step.at.instant, role)}


WITH_ROLE = frozenset({"APPROVE", "REJECT", "REVERSE"})
"""The steps whose events keep the role."""
