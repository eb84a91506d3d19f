"""Whether an organisation file is consistent with itself and with the directory."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from opentas_shared.domain.errors import Violation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence


class _DepartmentEntry(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def parent(self) -> str | None: ...
    @property
    def head(self) -> str | None: ...
    @property
    def calendar(self) -> str | None: ...


class _PersonEntry(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def department(self) -> str | None: ...
    @property
    def superior(self) -> str | None: ...
    @property
    def posts(self) -> tuple[str, ...]: ...
    @property
    def roles(self) -> tuple[str, ...] | str: ...


class _CalendarEntry(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def default(self) -> bool: ...


class _File(Protocol):
    @property
    def departments(self) -> Sequence[_DepartmentEntry]: ...
    @property
    def people(self) -> Sequence[_PersonEntry]: ...
    @property
    def calendars(self) -> Sequence[_CalendarEntry]: ...


@dataclass(frozen=True)
class Known:
    """The ids and codes that entries may name."""

    departments: frozenset[str]
    people: frozenset[str]
    calendars: frozenset[str]
    roles: frozenset[str]


def faults(file: _File, known: Known) -> Iterator[Violation]:
    """Every id that stands twice or names nothing, with its place in the file."""
    departments = {entry.id for entry in file.departments} | known.departments
    people = {entry.id for entry in file.people} | known.people
    calendars = {entry.id for entry in file.calendars} | known.calendars
    yield from _twice("departments", [entry.id for entry in file.departments])
    yield from _twice("people", [entry.id for entry in file.people])
    yield from _twice("calendars", [entry.id for entry in file.calendars])
    if sum(entry.default for entry in file.calendars) > 1:
        yield Violation("TWICE", "Only one calendar is the default.", pointer="/calendars")
    for index, department in enumerate(file.departments):
        at = f"/departments/{index}"
        yield from unknown("department", department.parent, departments, f"{at}/parent")
        yield from unknown("person", department.head, people, f"{at}/head")
        yield from unknown("calendar", department.calendar, calendars, f"{at}/calendar")
    for index, person in enumerate(file.people):
        at = f"/people/{index}"
        yield from unknown("department", person.department, departments, f"{at}/department")
        yield from unknown("person", person.superior, people, f"{at}/superior")
        for post in person.posts:
            yield from unknown("role", post, known.roles, f"{at}/posts")
        for role in () if isinstance(person.roles, str) else person.roles:
            yield from unknown("role", role, known.roles, f"{at}/roles")


def _twice(kind: str, ids: list[str]) -> Iterator[Violation]:
    for id, count in Counter(ids).items():
        if count > 1:
            yield Violation("TWICE", f"{id} stands {count} times.", pointer=f"/{kind}")


def unknown(kind: str, id: str | None, known: Collection[str], pointer: str) -> Iterator[Violation]:
    """The violation of an id that names nothing."""
    if id is not None and id not in known:
        yield Violation("UNKNOWN", f"There is no {kind} {id}.", pointer=pointer)


def paths(
    parents: Mapping[str, str | None],
) -> tuple[dict[str, tuple[str, ...]], list[Violation]]:
    """The ids from the root down to each department, and those that lie below themselves."""
    found: dict[str, tuple[str, ...]] = {}
    circular: list[Violation] = []
    for id in parents:
        path = [id]
        while (parent := parents[path[-1]]) is not None and parent not in path:
            path.append(parent)
        if parent is None:
            found[id] = tuple(reversed(path))
        else:
            detail = f"The department {id} lies below itself: {' < '.join([*path, parent])}."
            circular.append(Violation("CIRCULAR", detail, pointer="/departments"))
    return found, circular
