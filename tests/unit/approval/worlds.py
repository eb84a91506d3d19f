"""A small world for approvals: definitions and a routing without a database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.routing import Actor, Resolution, Verdict
from approval_service.domain.flows.definition import ApproverKind, Approvers, Definition, Node
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment

if TYPE_CHECKING:
    from collections.abc import Mapping

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def moment(hours: float = 0) -> Moment:
    return Moment(START + timedelta(hours=hours))


def node(id: str, *people: str, when: str | None = None) -> Node:
    sources = tuple(Approvers(ApproverKind.USER, person) for person in people)
    return Node(id, id, id, sources, when=when)


def definition(*nodes: Node, version: int = 1) -> Definition:
    return Definition("flow", version, "TAS 0-0", "Flow", "流程", "opportunity", nodes)


@dataclass
class NamedRouting:
    """Asks exactly the people that the node names; ``when`` is the name of a fact."""

    absent: set[str] = field(default_factory=set)

    def applies(self, node: Node, facts: Mapping[str, Any]) -> Verdict:
        if node.when is None or facts.get(node.when):
            return Verdict(True)
        return Verdict(False, "CONDITION_FALSE", node.when)

    def approvers(self, node: Node, submitter_id: str, facts: Mapping[str, Any]) -> Resolution:
        people = {source.value for source in node.approvers} - self.absent
        return Resolution(tuple(sorted(people)), "DIRECTORY", "named")


def requested(submitter: str = "sam", **facts: Any) -> Approval:
    return Approval.request(
        new_id(),
        moment(),
        flow="flow",
        request_no=1,
        subject_type="opportunity",
        subject_id="o-1",
        submitter_id=submitter,
        facts=facts,
        form={},
    )


def started(*nodes: Node, **facts: Any) -> Approval:
    approval = requested(**facts)
    approval.start(definition(*nodes), NamedRouting(), moment())
    return approval


def by(person: str, **more: Any) -> Actor:
    return Actor(person, **more)


def topics(approval: Approval) -> list[str]:
    return [event.TOPIC.removeprefix("approval.") for event in approval.pending_events]
