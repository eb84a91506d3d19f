"""The contract of every transport, run over both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from opentas_shared.messaging.deadletters import Kind, list_dead_letters, show_dead_letter
from opentas_shared.messaging.freshness import freshness_of
from opentas_shared.messaging.kafka import KafkaTransport
from opentas_shared.messaging.redriving import Redriver
from opentas_shared.persistence.errors import StoreUnavailable
from opentas_shared.persistence.eventstore import EventStore
from opentas_shared.persistence.tables import freshness, tracking
from tests.integration.messaging import parcels
from tests.integration.messaging.parcels import tracked
from tests.integration.messaging.world import (
    Receiver,
    Sender,
    catch_up,
    direct,
    kafka_settings,
    wait_for,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    Opened = Callable[[], AbstractContextManager[Any]]
    Started = Callable[[Any], Any]


def test_everything_arrives_once_and_in_order(
    transported: Opened, sender: Sender, receiver: Receiver, started: Started
) -> None:
    with transported() as transport:
        consumer = started(receiver.consumer(transport))
        ids = sender.send_many(parcels=40, moves=5)
        catch_up(sender, receiver)
        consumer.stop()
    expected = ">stop0>stop1>stop2>stop3>stop4"
    assert receiver.stops() == {str(id): expected for id in ids}
    assert receiver.seen_positions() == list(range(1, sender.events.head() + 1))


def test_a_restarted_consumer_goes_on_where_it_stopped(
    transported: Opened, sender: Sender, receiver: Receiver, started: Started
) -> None:
    for _ in range(3):
        with transported() as transport:
            consumer = started(receiver.consumer(transport))
            sender.send_many(parcels=10, moves=2)
            catch_up(sender, receiver)
            consumer.stop()
    assert receiver.seen_positions() == list(range(1, sender.events.head() + 1))
    assert receiver.tracker.calls == sender.events.head()


def test_what_was_delivered_and_not_applied_is_delivered_again(
    transported: Opened, sender: Sender, receiver: Receiver, started: Started
) -> None:
    with transported() as transport:
        consumer = started(receiver.consumer(transport))
        sender.send_many(parcels=10, moves=2)
        catch_up(sender, receiver)
        receiver.executor.stop()
        sender.send_many(parcels=10, moves=2)
        wait_for(lambda: isinstance(consumer.failure, StoreUnavailable), "a failure")
        consumer.stop()
        assert len(receiver.seen_positions()) == 30
        again = Receiver(receiver.database, create=False)
        try:
            consumer = started(again.consumer(transport))
            catch_up(sender, again)
            consumer.stop()
        finally:
            again.executor.stop()
    assert receiver.seen_positions() == list(range(1, sender.events.head() + 1))


def test_context_follows_the_event(
    transported: Opened, sender: Sender, receiver: Receiver, started: Started
) -> None:
    with transported() as transport:
        consumer = started(receiver.consumer(transport))
        sender.send()
        catch_up(sender, receiver)
        consumer.stop()
    (_, cause), *_ = sender.events.after(0, 1)
    ((_, effect),) = EventStore(receiver.database).after(0, 10)
    assert effect.actor == "system:tracker-service"
    assert effect.causation_id == str(cause.event_id)
    assert effect.correlation_id == cause.correlation_id
    assert effect.effective_at == cause.effective_at


def test_private_events_stay_private_and_hold_nothing_up(
    transported: Opened, sender: Sender, receiver: Receiver, started: Started
) -> None:
    with transported() as transport:
        consumer = started(receiver.consumer(transport))
        id = sender.send()
        for _ in range(5):
            sender.weigh(id)
        sender.move(id, "Berlin")
        catch_up(sender, receiver)
        consumer.stop()
    assert receiver.stops() == {str(id): ">Berlin"}
    assert len(receiver.seen_positions()) == 2


def test_types_without_a_handler_only_move_the_tracking(
    transported: Opened, sender: Sender, receiver: Receiver, started: Started
) -> None:
    with transported() as transport:
        consumer = started(receiver.consumer(transport, without=[parcels.ParcelMoved]))
        ids = sender.send_many(parcels=5, moves=3)
        catch_up(sender, receiver)
        consumer.stop()
    assert receiver.stops() == {str(id): "" for id in ids}


def test_a_poison_record_is_dead_and_only_its_aggregate_waits(
    transported: Opened, sender: Sender, receiver: Receiver, started: Started
) -> None:
    with transported() as transport:
        consumer = started(receiver.consumer(transport))
        ill, sound = sender.send(), sender.send()
        sender.move(ill, "poison")
        sender.move(ill, "Bonn")
        sender.move(sound, "Köln")
        catch_up(sender, receiver)
        with receiver.database.read() as connection:
            letters = list_dead_letters(connection)
            shown = show_dead_letter(connection, letters[0].id)
        assert [(letter.kind, letter.subject) for letter in letters] == [
            (Kind.FAILED, str(ill)),
            (Kind.PARKED, str(ill)),
        ]
        assert letters[0].attempts == 3
        assert shown is not None
        assert "this content cannot be handled" in shown.error
        assert receiver.stops() == {str(ill): "", str(sound): ">Köln"}

        redriver = Redriver(parcels.TRACKER, receiver.executor, receiver.tracker.reactions)
        report = redriver.redrive(letters)
        assert (report.applied, report.left) == (0, 2)

        receiver.tracker.healed = True
        sender.move(ill, "Mainz")
        catch_up(sender, receiver)
        with receiver.database.read() as connection:
            letters = list_dead_letters(connection)
        report = redriver.redrive(letters)
        assert (report.applied, report.left) == (3, 0)
        sender.move(ill, "Worms")
        catch_up(sender, receiver)

        receiver.tracker.healed = False
        sender.move(ill, "poison")
        catch_up(sender, receiver)
        with receiver.database.read() as connection:
            [letter] = list_dead_letters(connection)
        assert redriver.discard(letter.id, "sent by mistake")
        assert not redriver.discard(letter.id, "again")
        sender.move(ill, "Trier")
        catch_up(sender, receiver)
        consumer.stop()
    assert receiver.stops()[str(ill)] == ">poison>Bonn>Mainz>Worms>Trier"
    with receiver.database.read() as connection:
        assert list_dead_letters(connection) == []
        assert connection.scalar(sa.select(sa.func.sum(tracking.c.dead_letters))) == 0


def test_a_record_that_fails_when_it_is_written_becomes_a_dead_letter(
    transported: Opened, sender: Sender, receiver: Receiver, started: Started
) -> None:
    with transported() as transport:
        consumer = started(receiver.consumer(transport))
        sender.send()
        catch_up(sender, receiver)
        with receiver.database.begin() as connection:
            connection.execute(
                sa.text("ALTER TABLE tracked ADD CHECK (stops NOT LIKE '%nowhere%')")
            )
        ill, sound = sender.send(), sender.send()
        sender.move(ill, "nowhere")
        sender.move(sound, "Köln")
        catch_up(sender, receiver)
        consumer.stop()
    assert receiver.stops()[str(ill)] == ""
    assert receiver.stops()[str(sound)] == ">Köln"
    with receiver.database.read() as connection:
        (letter,) = list_dead_letters(connection)
    assert "CheckViolation" in letter.error


def test_freshness_tells_the_position_and_the_age(
    transported: Opened, sender: Sender, receiver: Receiver, started: Started
) -> None:
    with transported() as transport:
        consumer = started(receiver.consumer(transport))
        sender.send()
        catch_up(sender, receiver)

        def idle() -> bool:
            with receiver.database.read() as connection:
                rows = connection.execute(sa.select(freshness)).all()
            return [row.source for row in rows if row.oldest_unapplied_at is None] == [
                parcels.SOURCE
            ]

        wait_for(idle, "a note that nothing is left")
        consumer.stop()
    with receiver.database.read() as connection:
        known = freshness_of(connection, parcels.TRACKER)
    assert known.positions == {parcels.SOURCE: 1}
    assert known.age_seconds == 0


def test_a_lost_database_is_waited_for(
    transported: Opened, sender: Sender, receiver: Receiver, started: Started
) -> None:
    with transported() as transport:
        consumer = started(receiver.consumer(transport))
        name = str(receiver.database.url.database)
        for _ in range(5):
            sender.send_many(parcels=5, moves=2)
            with sender.database.read() as connection:
                connection.execute(
                    sa.text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE datname = :name AND pid <> pg_backend_pid()"
                    ),
                    {"name": name},
                )
        catch_up(sender, receiver)
        consumer.stop()
    assert receiver.seen_positions() == list(range(1, sender.events.head() + 1))
    assert list_dead_letters_of(receiver) == []


def list_dead_letters_of(receiver: Receiver) -> list[Any]:
    with receiver.database.read() as connection:
        return list(list_dead_letters(connection))


def test_a_higher_epoch_goes_on_after_a_restored_backup(
    transported: Opened, sender: Sender, receiver: Receiver, started: Started
) -> None:
    with transported() as transport:
        consumer = started(receiver.consumer(transport))
        kept = sender.send()
        sender.move(kept, "Bonn")
        sender.move(kept, "lost")
        catch_up(sender, receiver)
        consumer.stop()
    with sender.database.begin() as connection:
        connection.execute(sa.text("DELETE FROM events WHERE position = 3"))
        connection.execute(sa.text("UPDATE relay SET position = least(position, 2)"))
        connection.execute(sa.text("UPDATE store SET epoch = 2"))
    sender.move(kept, "Mainz")
    with transported() as transport:
        consumer = started(receiver.consumer(transport))
        wait_for(lambda: receiver.stops()[str(kept)].endswith("Mainz"), "the new epoch")
        consumer.stop()
    assert receiver.stops() == {str(kept): ">Bonn>lost>Mainz"}


def test_an_event_that_cannot_be_translated_is_never_passed(
    sender: Sender, receiver: Receiver, started: Started
) -> None:
    transport = started(direct(sender))
    started(receiver.consumer(transport))
    sender.send_many(parcels=3, moves=1)
    catch_up(sender, receiver)
    sender.send("unpublishable")
    sender.send_many(parcels=3, moves=1)
    wait_for(lambda: parcels.SOURCE in transport.failures, "the failure")
    assert receiver.seen_positions() == list(range(1, 7))

    sender.translation._published[parcels.Parcel.Created] = lambda event, recorded: (
        parcels.ParcelSent(parcel_id=str(event.originator_id), content="mended")
    )
    catch_up(sender, receiver)
    assert receiver.seen_positions() == list(range(1, sender.events.head() + 1))


def test_later_epochs_wait_behind_the_dead_letters_of_earlier_ones(
    transported: Opened, sender: Sender, receiver: Receiver, started: Started
) -> None:
    with transported() as transport:
        consumer = started(receiver.consumer(transport))
        ill = sender.send()
        sender.move(ill, "poison")
        catch_up(sender, receiver)
        with sender.database.begin() as connection:
            connection.execute(sa.text("UPDATE store SET epoch = 2"))
        sender.move(ill, "Bonn")
        wait_for(lambda: len(list_dead_letters_of(receiver)) == 2, "the later event")
        receiver.tracker.healed = True
        redriver = Redriver(parcels.TRACKER, receiver.executor, receiver.tracker.reactions)
        assert redriver.redrive(list_dead_letters_of(receiver)).left == 0
        sender.move(ill, "Mainz")
        wait_for(lambda: receiver.stops()[str(ill)].endswith("Mainz"), "the last event")
        consumer.stop()
    assert receiver.stops() == {str(ill): ">poison>Bonn>Mainz"}


def test_a_change_of_transport_changes_nothing(
    sender: Sender, receiver: Receiver, kafka: str, started: Started
) -> None:
    settings = kafka_settings(kafka)
    for turn in range(4):
        sender.send_many(parcels=5, moves=2)
        if turn % 2:
            feeder = started(sender.relay(settings))
            transport: Any = KafkaTransport(settings)
        else:
            feeder = transport = started(direct(sender))
        consumer = started(receiver.consumer(transport))
        catch_up(sender, receiver)
        consumer.stop()
        feeder.stop()
    assert receiver.seen_positions() == list(range(1, sender.events.head() + 1))
    assert receiver.tracker.calls == sender.events.head()
    with receiver.database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(tracked)) == 20
