"""Data scope: whose things a caller may see in lists, single reads, search, export, metrics."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Literal

from opentas_shared.domain.errors import NotFound
from opentas_shared.organisation.directory import people_below, person, reports_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from fastapi import Request
    from sqlalchemy import Connection

    from opentas_shared.organisation.queries import Source
    from opentas_shared.runtime.resources import Resources
    from opentas_shared.web.auth import Caller


class DataScope(StrEnum):
    """From narrow to wide."""

    OWN = "own"
    TEAM = "team"
    DEPARTMENT = "department"
    ALL = "all"


_WIDTH = {scope: width for width, scope in enumerate(DataScope)}


def data_scope(
    caller: Caller, by_role: Mapping[str, Literal["own", "team", "department", "all"]]
) -> DataScope:
    """The widest scope that the caller's roles have in the configuration; ``own`` without any."""
    scopes = (DataScope(by_role[role]) for role in caller.roles if role in by_role)
    return max(scopes, key=_WIDTH.__getitem__, default=DataScope.OWN)


def visible_owners(
    caller: Caller, request: Request, connection: Connection
) -> frozenset[str] | None:
    """The user ids whose things the caller may see; ``None`` means all of them.

    ``team``: everyone whose chain of superiors leads to the caller. ``department``: the
    caller's department by the directory (else by the token) and those below it, and the team.
    """
    resources: Resources = request.app.state.resources
    return owners_in_scope(caller, data_scope(caller, resources.settings.data_scopes), connection)


def owners_in_scope(caller: Caller, scope: DataScope, source: Source) -> frozenset[str] | None:
    """The same for a given scope, from a connection or from the rows of a unit of work."""
    if scope is DataScope.ALL:
        return None
    visible = frozenset({caller.subject})
    if scope is DataScope.OWN:
        return visible
    visible |= reports_of(source, caller.subject)
    if scope is DataScope.TEAM:
        return visible
    known = person(source, caller.subject)
    department = (known.department_id if known else None) or caller.department
    return visible | people_below(source, department) if department else visible


def ensure_visible(
    kind: str, id: UUID | str, owner: str | None, visible: frozenset[str] | None
) -> None:
    """``NotFound`` (404) for a thing whose owner lies outside the caller's scope."""
    if visible is not None and owner not in visible:
        raise NotFound(kind, id)
