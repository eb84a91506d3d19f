"""The only door to ``eventsourcing.domain``: the base of every aggregate and of its events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self
from uuid import UUID

from eventsourcing.domain import (
    BaseAggregate,
    CanInitAggregate,
    CanMutateAggregate,
    DomainEvent,
    event,
)

from opentas_shared.domain.errors import EffectiveTimeGoesBack

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment

__all__ = ["Aggregate", "AggregateEvent", "CreatedEvent", "event"]


class AggregateEvent(CanMutateAggregate[UUID], DomainEvent):
    """A fact in the life of an aggregate. ``timestamp`` is its ``effective_at``.

    Subclasses set an explicit ``TOPIC`` (``lead.qualified``) and hold primitive
    fields only (str, int, bool, float, None, UUID, datetime, lists and dicts of these).
    """

    MOVES: ClassVar[bool] = True
    """Whether the event changes state or stage: only then is time kept from going back."""

    def mutate(self, aggregate: Any) -> Any:
        """Evolve the aggregate; a fact noted late leaves the time of the last move alone."""
        last = aggregate.modified_on if aggregate is not None else self.timestamp
        evolved = super().mutate(aggregate)
        if evolved is not None and not self.MOVES:
            evolved.modified_on = last
        return evolved


class CreatedEvent(CanInitAggregate[UUID], AggregateEvent):
    """The first event of an aggregate; subclasses are named ``Created``."""

    originator_topic: str


class Aggregate(BaseAggregate[UUID]):
    """Base of all aggregates: decisions in public methods, evolution in ``@event`` handlers."""

    class Event(AggregateEvent):
        """The library's required name for the base of an aggregate's events."""

    @classmethod
    def create(cls, event_class: type[CreatedEvent], id: UUID, at: Moment, **fields: Any) -> Self:
        """Start a new stream with ``event_class`` as its first event."""
        return cls._create(event_class, id=id, timestamp=at.instant, **fields)

    def trigger(self, event_class: type[AggregateEvent], at: Moment, **fields: Any) -> None:
        """Append ``event_class`` to the pending events and evolve the state with it.

        The effective time of a change of state or stage never goes back within a stream
        (architecture.md, two clocks): a live command or a reaction takes the later of its own
        time and the last one; an importer's pinned time that would go back is refused with
        ``EffectiveTimeGoesBack`` (422).
        """
        instant = at.instant
        if event_class.MOVES and instant < self.modified_on:
            if at.pinned:
                raise EffectiveTimeGoesBack(instant, self.modified_on)
            instant = self.modified_on
        self.trigger_event(event_class, timestamp=instant, **fields)
