"""Heads and superiors, from a connection or from the rows of a unit of work."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from opentas_shared.organisation.queries import department, departments_upwards, person

if TYPE_CHECKING:
    from opentas_shared.organisation.queries import Source
    from opentas_shared.organisation.records import Department, Person


def head_of(source: Source, department_id: str) -> Person | None:
    """The active head of a department itself; none when it has no head or that one has left."""
    found = department(source, department_id)
    return _head(source, found) if found is not None else None


def chain_of_heads(
    source: Source,
    person_id: str,
    direction: Literal["UP", "DOWN"] = "UP",
    levels: int | None = None,
) -> list[Person]:
    """The active heads above a person, without the person, each once, at most ``levels``.

    ``UP`` begins with the person's own department, ``DOWN`` with the root. Departments without
    an active head take no level, and neither do those that the person heads.
    """
    branches = departments_upwards(source, person_id)
    if direction == "DOWN":
        branches.reverse()
    found: dict[str, Person] = {}
    for branch in branches:
        head = _head(source, branch)
        if head is not None and head.person_id != person_id:
            found.setdefault(head.person_id, head)
    return list(found.values())[:levels]


def superior_of(source: Source, person_id: str) -> Person | None:
    """The active superior of a person, else the nearest active head above; none on top."""
    known = person(source, person_id)
    named = person(source, known.superior_id) if known and known.superior_id else None
    if named is not None and named.active and named.person_id != person_id:
        return named
    return next(iter(chain_of_heads(source, person_id, levels=1)), None)


def _head(source: Source, branch: Department) -> Person | None:
    head = person(source, branch.head_id) if branch.head_id else None
    return head if head is not None and head.active else None
