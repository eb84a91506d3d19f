"""A transport that repeats, tears and fails at random, handlers that fail at random."""

from __future__ import annotations

import random
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from opentas_shared.messaging.deadletters import list_dead_letters
from opentas_shared.messaging.redriving import Redriver
from opentas_shared.messaging.transport import Poll, Progress, TransportFailed
from opentas_shared.persistence.tables import tracking
from tests.integration.messaging import parcels
from tests.integration.messaging.world import Receiver, Sender, catch_up, wait_for

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.messaging.records import Record
    from opentas_shared.messaging.transport import Mark
    from opentas_shared.persistence.unit_of_work import UnitOfWork


class Unreliable:
    """Delivers each partition in order, but goes back, repeats and breaks off as it likes."""

    def __init__(self, records: Sequence[Record], dice: random.Random) -> None:
        self._dice = dice
        self._partitions: defaultdict[int, list[Record]] = defaultdict(list)
        for record in records:
            self._partitions[record.partition].append(record)
        self._next = dict.fromkeys(self._partitions, 0)
        self.calm = False

    def subscribe(
        self, consumer: str, topics: Sequence[str], marks: Mapping[str, Mark]
    ) -> Unreliable:
        self._go_back()
        return self

    def _go_back(self) -> None:
        for partition, position in self._next.items():
            self._next[partition] = self._dice.randint(0, position)

    def poll(self, seconds: float) -> Poll:
        if not self.calm and self._dice.random() < 0.1:
            raise TransportFailed("as it likes")
        if not self.calm and self._dice.random() < 0.2:
            self._go_back()
        found: list[Record] = []
        for partition, records in self._partitions.items():
            start = self._next[partition]
            part = records[start : start + self._dice.randint(0, 9)]
            self._next[partition] = start + len(part)
            found.extend(part)
        return Poll(found)

    def applied(self) -> None: ...

    def progress(self) -> Progress:
        return Progress()

    def wake(self) -> None: ...

    def close(self) -> None: ...


class Moody:
    """Handlers that fail at random: of themselves, or because of the database."""

    def __init__(self, reactions: Mapping[Any, Any], dice: random.Random) -> None:
        self._dice = dice
        self.calm = False
        self.reactions = {contract: self._moody(handle) for contract, handle in reactions.items()}

    def _moody(self, handle: Any) -> Callable[[Any, Envelope, UnitOfWork], None]:
        def moody(contract: Any, envelope: Envelope, work: UnitOfWork) -> None:
            if not self.calm and self._dice.random() < 0.02:
                raise OperationalError("lost", None, Exception("connection"))
            handle(contract, envelope, work)
            if not self.calm and self._dice.random() < 0.3:
                raise parcels.Refused("in a mood")

        return moody


@pytest.mark.parametrize("seed", range(3))
def test_everything_is_applied_once_and_in_order(
    seed: int, sender: Sender, receiver: Receiver, started: Callable[[Any], Any]
) -> None:
    dice = random.Random(seed)
    sender.send_many(parcels=30, moves=4)
    head = sender.events.head()
    transport = Unreliable(sender.translation.records(sender.events.after(0, head)), dice)
    moody = Moody(receiver.tracker.reactions, dice)
    receiver.tracker.reactions_in_use = moody.reactions
    consumer = started(receiver.consumer(transport, attempts=2))
    catch_up(sender, receiver)
    with receiver.database.read() as connection:
        letters = list_dead_letters(connection)
        assert connection.scalar(sa.select(sa.func.sum(tracking.c.dead_letters))) == len(letters)
    assert letters
    assert len(receiver.seen_positions()) + len(letters) == head

    transport.calm = moody.calm = True
    redriver = Redriver(parcels.TRACKER, receiver.executor, moody.reactions)
    assert redriver.redrive(letters).left == 0
    wait_for(lambda: receiver.seen_positions() == list(range(1, head + 1)), "all of them")
    consumer.stop()
    assert set(receiver.stops().values()) == {">stop0>stop1>stop2>stop3"}
