"""Who approves and what applies, from the directory and the CEL conditions, at this moment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from approval_service.configuration.conditions import ConditionWrong, holds
from approval_service.domain.approval.errors import ADMINISTRATOR
from approval_service.domain.approval.routing import Resolution, Verdict
from approval_service.domain.approval.states import Reason
from approval_service.domain.flows.definition import ApproverKind, Approvers, Node
from opentas_shared.organisation.directory import department, people_with_role, person

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opentas_shared.persistence.rows import Rows

DIRECTORY = "DIRECTORY"
EMPTY_APPROVER = "EMPTY_APPROVER_ADMINISTRATOR"
CONDITION_UNDECIDABLE = "CONDITION_UNDECIDABLE"


class DirectoryRouting:
    """The routing of live approvals.

    The submitter is left out where others can approve. A node for which nobody is left goes to
    the administrators of the organisation. A condition that these facts cannot answer counts as
    true, so that a person looks at the case.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows

    def applies(self, node: Node, facts: Mapping[str, Any]) -> Verdict:
        """Whether the node's condition holds."""
        if node.when is None:
            return Verdict(True)
        try:
            applies = holds(node.when, facts)
        except ConditionWrong as error:
            return Verdict(True, CONDITION_UNDECIDABLE, f"{node.when}: {error}")
        if applies:
            return Verdict(True)
        return Verdict(False, str(Reason.CONDITION_FALSE), f"does not hold: {node.when}")

    def approvers(self, node: Node, submitter_id: str, facts: Mapping[str, Any]) -> Resolution:
        """The active people that the node's sources name, sorted by id."""
        found: set[str] = set()
        for source in node.approvers:
            found.update(self._from(source, submitter_id, facts))
        found.discard(submitter_id)
        sources = ", ".join(f"{source.kind} {source.value}" for source in node.approvers)
        if found:
            return Resolution(tuple(sorted(found)), DIRECTORY, sources)
        administrators = {one.person_id for one in people_with_role(self._rows, ADMINISTRATOR)}
        others = administrators - {submitter_id} or administrators
        return Resolution(tuple(sorted(others)), EMPTY_APPROVER, f"nobody else for {sources}")

    def _from(
        self, source: Approvers, submitter_id: str, facts: Mapping[str, Any]
    ) -> Iterator[str]:
        if source.kind is ApproverKind.USER:
            known = person(self._rows, source.value)
            if known is not None and known.active:
                yield known.person_id
        elif source.kind is ApproverKind.ROLE:
            yield from self._holders(source, submitter_id)
        else:
            whose = submitter_id if source.value == "submitter" else facts.get("owner_id")
            yield from self._head(str(whose), submitter_id)

    def _holders(self, source: Approvers, submitter_id: str) -> set[str]:
        holders = [
            one
            for one in people_with_role(self._rows, source.value)
            if one.person_id != submitter_id
        ]
        if source.nearest:
            for id in self._departments_upwards(submitter_id):
                near = {one.person_id for one in holders if one.department_id == id}
                if near:
                    return near
        return {one.person_id for one in holders}

    def _head(self, whose: str, submitter_id: str) -> Iterator[str]:
        for id in self._departments_upwards(whose):
            found = department(self._rows, id)
            head = person(self._rows, found.head_id) if found and found.head_id else None
            if head is not None and head.active and head.person_id != submitter_id:
                yield head.person_id
                return

    def _departments_upwards(self, person_id: str) -> tuple[str, ...]:
        known = person(self._rows, person_id)
        if known is None or known.department_id is None:
            return ()
        found = department(self._rows, known.department_id)
        return tuple(reversed(found.path)) if found is not None else ()
