"""A person of the organisation, known by a text code such as ``chen.jing``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

from opentas_shared.domain.aggregate import Aggregate, AggregateEvent, CreatedEvent, event
from opentas_shared.domain.errors import IllegalTransition
from opentas_shared.domain.ids import derived_id

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.domain.time import Moment


def person_uuid(person_id: str) -> UUID:
    """The aggregate id of a person."""
    return derived_id("person", person_id)


@dataclass(frozen=True)
class Profile:
    """What the organisation says of a person. ``posts`` are positions (岗位) and count as roles
    too; ``roles`` is what else the person may act as (domain.md §7.2 and the system's own)."""

    name: str
    department_id: str | None
    posts: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    superior_id: str | None = None
    active: bool = True

    def as_fields(self) -> dict[str, Any]:
        """The fields of an event."""
        return {
            "name": self.name,
            "department_id": self.department_id,
            "posts": sorted(self.posts),
            "roles": sorted(self.roles),
            "superior_id": self.superior_id,
            "active": self.active,
        }


class Person(Aggregate):
    """A person; somebody who leaves becomes inactive and stays visible."""

    TOPIC: ClassVar[str] = "person"

    class Created(CreatedEvent):
        """The person joined the directory."""

        TOPIC: ClassVar[str] = "person.registered"
        person_id: str
        name: str
        department_id: str | None
        posts: list[str]
        roles: list[str]
        superior_id: str | None
        active: bool

    class Changed(AggregateEvent):
        """Something about the person changed; the fields are the whole state after it."""

        TOPIC: ClassVar[str] = "person.changed"
        person_id: str
        name: str
        department_id: str | None
        posts: list[str]
        roles: list[str]
        superior_id: str | None
        active: bool

    @event(Created)
    def __init__(
        self,
        person_id: str,
        name: str,
        department_id: str | None,
        posts: list[str],
        roles: list[str],
        superior_id: str | None,
        active: bool,
    ) -> None:
        self.person_id = person_id
        self._take(name, department_id, posts, roles, superior_id, active)

    @classmethod
    def register(cls, person_id: str, profile: Profile, at: Moment) -> Person:
        """Add a person to the directory."""
        return cls.create(
            cls.Created, person_uuid(person_id), at, person_id=person_id, **profile.as_fields()
        )

    def change(self, profile: Profile, at: Moment) -> None:
        """Bring the person to ``profile``; without a difference nothing happens."""
        if profile.as_fields() != self.profile.as_fields():
            self.trigger(Person.Changed, at, person_id=self.person_id, **profile.as_fields())

    def activate(self, active: bool, at: Moment) -> None:
        """Let the person leave or come back; ``IllegalTransition`` for what is so already."""
        if active == self.profile.active:
            command = "reactivation" if active else "deactivation"
            raise IllegalTransition(command, "ACTIVE" if active else "INACTIVE")
        self.change(replace(self.profile, active=active), at)

    @event(Changed)
    def _changed(
        self,
        name: str,
        department_id: str | None,
        posts: list[str],
        roles: list[str],
        superior_id: str | None,
        active: bool,
    ) -> None:
        self._take(name, department_id, posts, roles, superior_id, active)

    def _take(
        self,
        name: str,
        department_id: str | None,
        posts: list[str],
        roles: list[str],
        superior_id: str | None,
        active: bool,
    ) -> None:
        self.profile = Profile(name, department_id, tuple(posts), tuple(roles), superior_id, active)
