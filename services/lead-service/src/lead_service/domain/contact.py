"""The contact: a person at a customer, decision maker or mere liaison (domain.md §1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from lead_service.domain.facts import differences, primitives, restored
from opentas_shared.domain.aggregate import Aggregate, AggregateEvent, CreatedEvent, event

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from opentas_shared.domain.time import Moment


@dataclass(frozen=True)
class ContactFacts:
    """What is known of a contact; ``role`` tells a decision maker from a liaison."""

    name: str
    customer_id: UUID | None = None
    phone: str | None = None
    email: str | None = None
    position: str | None = None
    role: str | None = None


class Contact(Aggregate):
    """A person to talk to, from the registration on."""

    TOPIC: ClassVar[str] = "contact"

    class Created(CreatedEvent):
        """The contact was registered."""

        TOPIC: ClassVar[str] = "contact.registered"
        owner_id: str
        facts: dict[str, Any]

    class Changed(AggregateEvent):
        """Facts or the owner changed; ``previous`` holds the values before."""

        TOPIC: ClassVar[str] = "contact.changed"
        MOVES: ClassVar[bool] = False
        changes: dict[str, Any]
        previous: dict[str, Any]

    @event(Created)
    def __init__(self, owner_id: str, facts: dict[str, Any]) -> None:
        self.owner_id = owner_id
        self.facts = restored(ContactFacts, facts)

    @classmethod
    def register(cls, id: UUID, facts: ContactFacts, owner_id: str, at: Moment) -> Self:
        """A new contact."""
        return cls.create(cls.Created, id, at, owner_id=owner_id, facts=primitives(facts))

    def change(self, wanted: Mapping[str, Any], at: Moment) -> None:
        """Add or correct facts, or name another ``owner_id``; only differences are recorded."""
        current = primitives(self.facts) | {"owner_id": self.owner_id}
        changes, previous = differences(current, wanted)
        if changes:
            self.trigger(Contact.Changed, at, changes=changes, previous=previous)

    @event(Changed)
    def _on_changed(self, changes: dict[str, Any]) -> None:
        changed = dict(changes)
        self.owner_id = changed.pop("owner_id", self.owner_id)
        self.facts = restored(ContactFacts, primitives(self.facts) | changed)
