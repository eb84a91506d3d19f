"""The people that one source of approvers names, by the directory and the facts of the case."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from approval_service.configuration.conditions import FORM, named
from approval_service.domain.approval.routing import Candidate
from approval_service.domain.flows.policies import ApproverKind
from opentas_shared.organisation.directory import (
    chain_of_heads,
    department,
    departments_upwards,
    head_of,
    holders,
    members,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from approval_service.domain.approval.routing import Case
    from approval_service.domain.flows.nodes import Approvers
    from opentas_shared.persistence.rows import Rows

CHOSEN = "chosen_approvers"
"""The form's field where the submitter chooses: a list of ids per node."""


def candidates(source: Approvers, case: Case, rows: Rows) -> Iterator[Candidate]:
    """The people in order; some may not be active. ``ConditionWrong`` for an expression."""
    match source.kind:
        case ApproverKind.ROLE:
            yield from _holders(source, case, rows)
        case ApproverKind.DEPARTMENT:
            yield from _people(one.person_id for one in members(rows, source.value))
        case ApproverKind.HEAD_OF_DEPARTMENT:
            yield from _people(_head(source.value, case, rows))
        case ApproverKind.CHAIN_OF_HEADS:
            direction: Literal["UP", "DOWN"] = "DOWN" if source.downwards else "UP"
            whose = _whose(source.value, case)
            heads = chain_of_heads(rows, whose, direction, source.levels)
            yield from _people(one.person_id for one in heads)
        case ApproverKind.APPROVER_CHOICE:
            yield from _next(case, rows)
        case ApproverKind.EXPRESSION:
            yield from _people(named(source.value, case.facts))
        case _:
            yield from _people(_directly(source, case))


def _directly(source: Approvers, case: Case) -> list[str]:
    """The ids that the definition, the request or its form names."""
    form = case.facts.get(FORM) or {}
    match source.kind:
        case ApproverKind.USER:
            return [source.value]
        case ApproverKind.SUBMITTER:
            return [case.submitter_id]
        case ApproverKind.SUBMITTER_CHOICE:
            chosen = form.get(CHOSEN)
            return _ids(chosen.get(case.node) if isinstance(chosen, dict) else None)
    return _ids(form.get(source.value))


def _holders(source: Approvers, case: Case, rows: Rows) -> Iterator[Candidate]:
    """``nearest``: those in the closest department upwards that has one besides the submitter."""
    found = holders(rows, source.value)
    if source.nearest:
        for branch in departments_upwards(rows, case.submitter_id):
            near = [one for one in found if one.department_id == branch.department_id]
            if any(one.person_id != case.submitter_id for one in near):
                found = near
                break
    yield from (Candidate(one.person_id, source.value) for one in found)


def _head(value: str, case: Case, rows: Rows) -> list[str]:
    """The nearest active head upwards who is not the submitter."""
    if value in ("submitter", "owner"):
        heads = chain_of_heads(rows, _whose(value, case))
    else:
        own = department(rows, value)
        path = reversed(own.path) if own is not None else ()
        heads = [head for head in (head_of(rows, id) for id in path) if head is not None]
    return [one.person_id for one in heads if one.person_id != case.submitter_id][:1]


def _whose(value: str, case: Case) -> str:
    return case.submitter_id if value == "submitter" else str(case.facts.get("owner_id"))


def _next(case: Case, rows: Rows) -> Iterator[Candidate]:
    following = case.next if isinstance(case.next, dict) else {}
    role = following.get("role")
    if isinstance(role, str):
        yield from (Candidate(one.person_id, role) for one in holders(rows, role))
    yield from _people(_ids(following.get("people")))


def _ids(value: Any) -> list[str]:
    ids = value if isinstance(value, list) else [value]
    return [id for id in ids if isinstance(id, str) and id]


def _people(ids: Iterable[str]) -> Iterator[Candidate]:
    return (Candidate(id) for id in ids)
