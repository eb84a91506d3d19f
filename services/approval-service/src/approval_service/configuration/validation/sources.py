"""Whether the people, roles and departments exist that a definition asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from approval_service.configuration.validation.spots import Fault, node_spots
from approval_service.domain.flows.nodes import ApprovalNode, CopyNode
from approval_service.domain.flows.policies import ApproverKind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from approval_service.configuration.validation.spots import Spot
    from approval_service.domain.flows.definition import Definition
    from approval_service.domain.flows.nodes import Approvers, Node

PERSONS = ("submitter", "owner")
"""Whose department a source can mean, besides the id of a department."""


@dataclass(frozen=True)
class Known:
    """What exists: role codes; people and departments, none where that is not known yet."""

    roles: frozenset[str]
    people: frozenset[str] | None = None
    departments: frozenset[str] | None = None


def source_faults(definition: Definition, known: Known) -> Iterator[Fault]:
    """The sources, persons and submitters that do not exist."""
    for index, role in enumerate(definition.submitters):
        if role not in known.roles:
            detail = f"submitters names the role {role}, which does not exist"
            yield Fault(f"/submitters/{index}", "ROLE_UNKNOWN", detail)
    for spot in node_spots(definition.nodes):
        if isinstance(spot.entry, ApprovalNode):
            yield from _of_sources(spot, "approvers", spot.entry.approvers, known)
            yield from _of_persons(spot, spot.entry, known)
        elif isinstance(spot.entry, CopyNode):
            yield from _of_sources(spot, "recipients", spot.entry.recipients, known)


def _of_persons(spot: Spot[Node], node: ApprovalNode, known: Known) -> Iterator[Fault]:
    limit = node.limit.to if node.limit is not None else None
    for below, person in (("/empty_approver/user", node.empty_person), ("/limit/to", limit)):
        if person is not None and not _exists(person, known.people):
            detail = f" names the person {person}, who does not exist"
            yield spot.fault("PERSON_UNKNOWN", detail, below)


def _of_sources(
    spot: Spot[Node], name: str, sources: tuple[Approvers, ...], known: Known
) -> Iterator[Fault]:
    for index, source in enumerate(sources):
        below = f"/{name}/{index}"
        match source.kind:
            case ApproverKind.ROLE if source.value not in known.roles:
                detail = f" asks the role {source.value}, which does not exist"
                yield spot.fault("ROLE_UNKNOWN", detail, below)
            case ApproverKind.USER if not _exists(source.value, known.people):
                detail = f" asks the person {source.value}, who does not exist"
                yield spot.fault("PERSON_UNKNOWN", detail, below)
            case ApproverKind.DEPARTMENT if not _exists(source.value, known.departments):
                detail = f" asks the department {source.value}, which does not exist"
                yield spot.fault("DEPARTMENT_UNKNOWN", detail, below)
            case ApproverKind.HEAD_OF_DEPARTMENT if not (
                source.value in PERSONS or _exists(source.value, known.departments)
            ):
                detail = (
                    f" asks the head of {source.value}, which is neither a department nor "
                    f"{' nor '.join(PERSONS)}"
                )
                yield spot.fault("DEPARTMENT_UNKNOWN", detail, below)
            case ApproverKind.APPROVER_CHOICE if name != "approvers" or len(sources) > 1:
                detail = " lets approvers choose, which goes with an approval and no other source"
                yield spot.fault("APPROVER_CHOICE_MIXED", detail, below)


def _exists(id: str, known: frozenset[str] | None) -> bool:
    return known is None or id in known
