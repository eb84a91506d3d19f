"""A small world for approvals: definitions and a routing without a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.deciding import Opinion
from approval_service.domain.approval.routing import Actor, Candidate, Case, Resolution, Verdict
from approval_service.domain.flows.definition import Definition
from approval_service.domain.flows.nodes import (
    ApprovalNode,
    Approvers,
    AutomaticNode,
    Branch,
    ChoiceNode,
    CopyNode,
    Node,
    ParallelNode,
)
from approval_service.domain.flows.policies import ApproverKind, AutomaticOutcome
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment

if TYPE_CHECKING:
    from approval_service.domain.flows.policies import Limit

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
NOTHING = Opinion()


def moment(hours: float = 0) -> Moment:
    return Moment(START + timedelta(hours=hours))


def saying(comment: str, **more: Any) -> Opinion:
    return Opinion(comment, **more)


def users(*people: str) -> tuple[Approvers, ...]:
    return tuple(Approvers(ApproverKind.USER, person) for person in people)


def node(id: str, *people: str, **policies: Any) -> ApprovalNode:
    return ApprovalNode(id, id, id, users(*people), **policies)


def choosing(id: str, **policies: Any) -> ApprovalNode:
    source = Approvers(ApproverKind.APPROVER_CHOICE)
    return ApprovalNode(id, id, id, (source,), **policies)


def branch(id: str, *nodes: Node, when: str | None = None) -> Branch:
    return Branch(id, id, id, nodes, when)


def choice(id: str, *branches: Branch) -> ChoiceNode:
    return ChoiceNode(id, id, id, branches)


def parallel(id: str, *branches: Branch, when: str | None = None) -> ParallelNode:
    return ParallelNode(id, id, id, branches, when=when)


def copy(id: str, *people: str) -> CopyNode:
    return CopyNode(id, id, id, users(*people))


def automatic(id: str, outcome: AutomaticOutcome, when: str | None = None) -> AutomaticNode:
    return AutomaticNode(id, id, id, outcome, when=when)


def definition(*nodes: Node, version: int = 1, **more: Any) -> Definition:
    return Definition("flow", version, "TAS 0-0", "Flow", "流程", "opportunity", nodes, **more)


@dataclass
class NamedRouting:
    """Asks exactly the people that the node names; a condition is the name of a fact.

    ``deputies`` and ``superiors`` say who stands in for and above whom.
    """

    absent: set[str] = field(default_factory=set)
    deputies: dict[str, str] = field(default_factory=dict)
    superiors: dict[str, str] = field(default_factory=dict)
    admins: tuple[str, ...] = ()

    def applies(self, when: str | None, case: Case) -> Verdict:
        if when is None or case.facts.get(when):
            return Verdict(True)
        return Verdict(False, "CONDITION_FALSE", when)

    def people(self, sources: tuple[Approvers, ...], case: Case) -> Resolution:
        named = [source.value for source in sources if source.kind is ApproverKind.USER]
        if any(source.kind is ApproverKind.APPROVER_CHOICE for source in sources):
            named += (case.next or {}).get("people", [])
        found = [Candidate(one, f"role-of-{one}") for one in named if one not in self.absent]
        return Resolution(tuple(dict.fromkeys(found)), "DIRECTORY", "named")

    def administrators(self) -> tuple[str, ...]:
        return self.admins

    def superior(self, person: str) -> str | None:
        return self.superiors.get(person)

    def deputy(self, person: str, flow: str, at: datetime) -> str | None:
        return self.deputies.get(person)

    def active(self, person: str) -> bool:
        return person not in self.absent and person.isalpha()

    def instants(self, limit: Limit, assignee: str, since: datetime) -> tuple[datetime, ...]:
        return tuple(since + timedelta(minutes=m) for m in (*limit.remind, limit.minutes))


def requested(submitter: str = "sam", form: dict[str, Any] | None = None, **facts: Any) -> Approval:
    return Approval.request(
        new_id(),
        moment(),
        flow="flow",
        request_no=1,
        subject_type="opportunity",
        subject_id="o-1",
        submitter_id=submitter,
        facts=facts,
        form=form or {},
    )


def started(*nodes: Node, **facts: Any) -> Approval:
    approval = requested(**facts)
    approval.start(definition(*nodes), NamedRouting(), moment())
    return approval


def by(person: str, **more: Any) -> Actor:
    return Actor(person, **more)


def root(person: str | None = None) -> Actor:
    """The administrator, acting for the person where one is given."""
    return Actor("root", person, "asked to" if person else None, administrator=True)


def topics(approval: Approval) -> list[str]:
    return [event.TOPIC.removeprefix("approval.") for event in approval.pending_events]


def asked(approval: Approval) -> list[str]:
    """Who has an open task, in the order of assignment."""
    return [task.assignee_id for task in approval.open_tasks]


def reasons(approval: Approval) -> dict[str, str]:
    """Why a machine closed whose task, of those in the events that are not stored yet."""
    closed = (one for one in approval.pending_events if isinstance(one, Approval.TaskClosed))
    return {one.assignee_id: one.reason_code for one in closed}
