"""The customer: the company that buys (domain.md §1)."""

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
class CustomerFacts:
    """What is known of a customer. ``registration_no`` is its number in the company register."""

    name: str
    phone: str | None = None
    email: str | None = None
    website: str | None = None
    industry: str | None = None
    region: str | None = None
    address: str | None = None
    registration_no: str | None = None


class Customer(Aggregate):
    """A company, from its registration on."""

    TOPIC: ClassVar[str] = "customer"

    class Created(CreatedEvent):
        """The customer was registered."""

        TOPIC: ClassVar[str] = "customer.registered"
        owner_id: str
        facts: dict[str, Any]

    class Changed(AggregateEvent):
        """Facts or the owner changed; ``previous`` holds the values before."""

        TOPIC: ClassVar[str] = "customer.changed"
        MOVES: ClassVar[bool] = False
        changes: dict[str, Any]
        previous: dict[str, Any]

    @event(Created)
    def __init__(self, owner_id: str, facts: dict[str, Any]) -> None:
        self.owner_id = owner_id
        self.facts = restored(CustomerFacts, facts)

    @classmethod
    def register(cls, id: UUID, facts: CustomerFacts, owner_id: str, at: Moment) -> Self:
        """A new customer."""
        return cls.create(cls.Created, id, at, owner_id=owner_id, facts=primitives(facts))

    def change(self, wanted: Mapping[str, Any], at: Moment) -> None:
        """Add or correct facts, or name another ``owner_id``; only differences are recorded."""
        current = primitives(self.facts) | {"owner_id": self.owner_id}
        changes, previous = differences(current, wanted)
        if changes:
            self.trigger(Customer.Changed, at, changes=changes, previous=previous)

    @event(Changed)
    def _on_changed(self, changes: dict[str, Any]) -> None:
        changed = dict(changes)
        self.owner_id = changed.pop("owner_id", self.owner_id)
        self.facts = restored(CustomerFacts, primitives(self.facts) | changed)
