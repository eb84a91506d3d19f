"""A small world for the messaging tests: parcels are sent by one service and tracked by another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import sqlalchemy as sa

from opentas_shared.contracts.contract import Contract
from opentas_shared.domain.aggregate import Aggregate, AggregateEvent, CreatedEvent, event
from opentas_shared.domain.ids import derived_id
from opentas_shared.messaging.foresight import needs

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.recorded import Recorded
    from opentas_shared.persistence.unit_of_work import UnitOfWork

TOPIC = "opentas.parcel-service.parcel.v1"
SERVICE = "parcel-service"
SOURCE = f"/opentas/{SERVICE}"
TRACKER = "tracker-service"


class Parcel(Aggregate):
    """Sent, moved from place to place, weighed in private."""

    TOPIC = "parcel"

    class Created(CreatedEvent):
        TOPIC = "parcel.sent"
        content: str

    class Moved(AggregateEvent):
        TOPIC = "parcel.moved"
        to: str

    class Weighed(AggregateEvent):
        TOPIC = "parcel.weighed"
        grams: int

    @event(Created)
    def __init__(self, content: str) -> None:
        self.content = content
        self.to = ""

    @event(Moved)
    def _moved(self, to: str) -> None:
        self.to = to

    @event(Weighed)
    def _weighed(self, grams: int) -> None:
        self.grams = grams

    def move(self, to: str, at: Moment) -> None:
        self.trigger(Parcel.Moved, at, to=to)

    def weigh(self, grams: int, at: Moment) -> None:
        self.trigger(Parcel.Weighed, at, grams=grams)


class Receipt(Aggregate):
    """Made by the tracking service in reaction to a parcel."""

    TOPIC = "receipt"

    class Created(CreatedEvent):
        TOPIC = "receipt.made"
        parcel_id: str

    @event(Created)
    def __init__(self, parcel_id: str) -> None:
        self.parcel_id = parcel_id


class ParcelSent(Contract):
    """A parcel was sent."""

    TYPE: ClassVar[str] = "org.opentas.parcel.sent.v1"
    TOPIC: ClassVar[str] = TOPIC
    parcel_id: str
    content: str


class ParcelMoved(Contract):
    """A parcel was moved."""

    TYPE: ClassVar[str] = "org.opentas.parcel.moved.v1"
    TOPIC: ClassVar[str] = TOPIC
    parcel_id: str
    to: str


class ParcelLost(Contract):
    """Published by nobody: the same type as ``ParcelMoved`` was in another life."""

    TYPE: ClassVar[str] = "org.opentas.parcel.lost.v1"
    TOPIC: ClassVar[str] = TOPIC
    parcel_id: str


class CannotPublish(Exception):
    """Raised by the translation for content that says so."""


def sent(happened: Parcel.Created, recorded: Recorded) -> Contract:
    if happened.content == "unpublishable":
        raise CannotPublish
    return ParcelSent(parcel_id=str(happened.originator_id), content=happened.content)


def moved(happened: Parcel.Moved, recorded: Recorded) -> Contract:
    return ParcelMoved(parcel_id=str(happened.originator_id), to=happened.to)


PUBLISHED: dict[Any, Any] = {Parcel.Created: sent, Parcel.Moved: moved}

tracked = sa.Table(
    "tracked",
    sa.MetaData(),
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("stops", sa.Text, nullable=False),
    sa.Column("positions", sa.ARRAY(sa.BigInteger), nullable=False),
    sa.Column("first_correlation", sa.Text, nullable=False),
)
seen = sa.Table(
    "seen",
    tracked.metadata,
    sa.Column("event_id", sa.Uuid, primary_key=True),
    sa.Column("position", sa.BigInteger, nullable=False),
)


class Refused(Exception):
    """Raised by a handler for content that says so, as long as ``healed`` is not set."""


class Tracker:
    """The reactions of the tracking service; ``healed`` mends the handlers that fail."""

    def __init__(self) -> None:
        self.healed = False
        self.calls = 0
        self.reactions_in_use: dict[Any, Any] = {}

    def on_sent(self, contract: ParcelSent, envelope: Envelope, work: UnitOfWork) -> None:
        self._note(envelope, work)
        if work.rows.get(tracked, id=contract.parcel_id) is not None:
            raise AssertionError("a parcel was sent twice")
        self._put(work, contract.parcel_id, "", [envelope.position], envelope.correlation_id)
        receipt = Receipt.create(
            Receipt.Created,
            derived_id("receipt", contract.parcel_id),
            work.context.moment,
            parcel_id=contract.parcel_id,
        )
        work.save(receipt)
        self._fail_if_asked(contract.content)

    def on_moved(self, contract: ParcelMoved, envelope: Envelope, work: UnitOfWork) -> None:
        self._note(envelope, work)
        row = work.rows.get(tracked, id=contract.parcel_id)
        if row is None:
            raise Refused("moved before it was sent")
        positions = [*row["positions"], envelope.position]
        if positions != sorted(positions):
            raise AssertionError("out of order")
        self._put(
            work,
            contract.parcel_id,
            f"{row['stops']}>{contract.to}",
            positions,
            row["first_correlation"],
        )
        self._fail_if_asked(contract.to)

    def _note(self, envelope: Envelope, work: UnitOfWork) -> None:
        self.calls += 1
        work.rows.new(seen, {"event_id": envelope.id, "position": envelope.position})

    def _put(
        self, work: UnitOfWork, id: str, stops: str, positions: list[int], correlation: str
    ) -> None:
        work.rows.put(
            tracked,
            {"id": id, "stops": stops, "positions": positions, "first_correlation": correlation},
        )

    def _fail_if_asked(self, content: str) -> None:
        if content == "poison" and not self.healed:
            raise Refused("this content cannot be handled")

    @property
    def reactions(self) -> dict[Any, Any]:
        foreseen = needs(tracked_row)
        return {ParcelSent: foreseen(self.on_sent), ParcelMoved: foreseen(self.on_moved)}


def tracked_row(contract: Any, envelope: Envelope) -> list[tuple[sa.Table, Any]]:
    return [(tracked, {"id": contract.parcel_id})]
