"""What the relay does when something breaks; afterwards everything was applied exactly once."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa
from kafka.admin import ConfigResource, KafkaAdminClient

from opentas_shared.messaging.deadletters import Kind, list_dead_letters
from opentas_shared.messaging.kafka import KafkaPublisher, KafkaSettings, KafkaTransport
from opentas_shared.messaging.outbox import outbox
from opentas_shared.messaging.partitions import partition_of
from opentas_shared.messaging.records import Record
from opentas_shared.messaging.translation import Untranslatable
from opentas_shared.messaging.transport import TransportFailed
from tests.integration.messaging import parcels
from tests.integration.messaging.world import (
    Receiver,
    Sender,
    catch_up,
    kafka_settings,
    topics_made,
    wait_for,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.kafka import Broker

    Started = Callable[[Any], Any]


@pytest.fixture
def settings(kafka: str) -> KafkaSettings:
    return kafka_settings(kafka)


def all_once(sender: Sender, receiver: Receiver) -> None:
    head = sender.events.head()
    assert receiver.seen_positions() == list(range(1, head + 1))
    assert receiver.tracker.calls == head


def test_of_two_relays_one_publishes_and_the_other_takes_over(
    settings: KafkaSettings, sender: Sender, receiver: Receiver, started: Started
) -> None:
    first = started(sender.relay(settings))
    wait_for(lambda: first.active, "the first relay")
    second = started(sender.relay(settings))
    started(receiver.consumer(KafkaTransport(settings)))
    sender.send_many(parcels=10, moves=2)
    catch_up(sender, receiver)
    assert (first.active, second.active) == (True, False)

    first.stop()
    wait_for(lambda: second.active, "the second relay")
    sender.send_many(parcels=10, moves=2)
    catch_up(sender, receiver)
    all_once(sender, receiver)


def test_relays_whose_locks_are_torn_away_lose_and_repeat_nothing(
    settings: KafkaSettings, sender: Sender, receiver: Receiver, started: Started
) -> None:
    for _ in range(2):
        started(sender.relay(settings))
    started(receiver.consumer(KafkaTransport(settings)))
    done = threading.Event()

    def tear() -> None:
        lock = sa.text(
            "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
            " AND objid = 7031002 AND granted AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        while not done.wait(0.3):
            with sender.database.read() as connection:
                connection.execute(lock)

    tearing = threading.Thread(target=tear)
    tearing.start()
    for _ in range(10):
        sender.send_many(parcels=20, moves=2)
    done.set()
    tearing.join()
    catch_up(sender, receiver)
    all_once(sender, receiver)


def test_an_older_publisher_is_fenced_and_its_records_are_never_read(
    settings: KafkaSettings, sender: Sender, receiver: Receiver, started: Started
) -> None:
    started(receiver.consumer(KafkaTransport(settings)))
    sender.send("zombie")
    records = sender.translation.records(sender.events.after(0, 10))
    old = KafkaPublisher(settings, parcels.SERVICE)
    old._producer.begin_transaction()
    old._producer.send(
        settings.named(parcels.TOPIC), key=b"k", value=records[0].value, partition=0
    ).get(timeout=10)
    new = KafkaPublisher(settings, parcels.SERVICE)
    with pytest.raises(Exception, match=r"Fenced|Epoch"):
        old._producer.commit_transaction()
    old.close()
    new.publish(records)
    new.close()
    catch_up(sender, receiver)
    all_once(sender, receiver)


def test_a_record_too_large_holds_up_what_follows_and_is_named(
    settings: KafkaSettings, sender: Sender, receiver: Receiver, started: Started
) -> None:
    limit_records(settings, 20_000)
    relay = started(sender.relay(settings))
    started(receiver.consumer(KafkaTransport(settings)))
    sender.send_many(parcels=20, moves=1)
    sender.send("x" * 50_000)
    sender.send_many(parcels=20, moves=1)
    wait_for(lambda: sender.published() == 40, "all events before the large one")
    wait_for(lambda: relay.failure is not None and "41 to 41" in str(relay.failure), "its name")
    with sender.database.read() as connection:
        state = outbox(connection)
    assert (state.published, state.backlog) == (40, 41)
    assert state.age_seconds > 0

    limit_records(settings, 1_000_000)
    catch_up(sender, receiver)
    all_once(sender, receiver)


def limit_records(settings: KafkaSettings, size: int) -> None:
    admin = KafkaAdminClient(bootstrap_servers=list(settings.bootstrap_servers))
    limit = {"max.message.bytes": str(size)}
    admin.alter_configs([ConfigResource("TOPIC", settings.named(parcels.TOPIC), limit)])
    admin.close()


def test_an_event_that_cannot_be_translated_is_never_passed(
    settings: KafkaSettings, sender: Sender, receiver: Receiver, started: Started
) -> None:
    sender.send_many(parcels=3, moves=1)
    sender.send("unpublishable")
    sender.send_many(parcels=3, moves=1)
    relay = started(sender.relay(settings))
    started(receiver.consumer(KafkaTransport(settings)))
    wait_for(lambda: isinstance(relay.failure, Untranslatable), "the failure")
    assert "position 7" in str(relay.failure)
    assert sender.published() == 6

    sender.translation._published[parcels.Parcel.Created] = lambda event, recorded: (
        parcels.ParcelSent(parcel_id=str(event.originator_id), content="mended")
    )
    catch_up(sender, receiver)
    all_once(sender, receiver)


def test_everything_delivered_twice_is_applied_once(
    settings: KafkaSettings, sender: Sender, receiver: Receiver, started: Started
) -> None:
    relay = started(sender.relay(settings, batch_limit=7))
    consumer = started(receiver.consumer(KafkaTransport(settings)))
    sender.send_many(parcels=20, moves=3)
    catch_up(sender, receiver)
    for _ in range(2):
        relay.stop()
        with sender.database.begin() as connection:
            connection.execute(sa.text("UPDATE relay SET position = 0"))
        relay = started(sender.relay(settings, batch_limit=50))
        wait_for(lambda: sender.published() == sender.events.head(), "the second time")
    sender.send_many(parcels=5, moves=1)
    catch_up(sender, receiver)
    consumer.stop()
    all_once(sender, receiver)


def test_a_foreign_record_that_cannot_be_read_is_one_dead_letter(
    settings: KafkaSettings, sender: Sender, receiver: Receiver, started: Started
) -> None:
    foreign = KafkaPublisher(settings, "somebody")
    key = b"whoever"
    foreign.publish(
        [
            Record(parcels.TOPIC, partition_of(key), key, b"\xff not json"),
            Record(parcels.TOPIC, partition_of(key), key, b'{"specversion":"1.0","id":"1"}'),
        ]
    )
    started(sender.relay(settings))
    for turn in range(2):
        consumer = started(receiver.consumer(KafkaTransport(settings), name=parcels.TRACKER))
        sender.send_many(parcels=20, moves=1)
        catch_up(sender, receiver)

        def letters() -> list[Any]:
            with receiver.database.read() as connection:
                return list(list_dead_letters(connection))

        wait_for(lambda: len(letters()) == 2, "two dead letters")
        consumer.stop()
        assert [letter.kind for letter in letters()] == [Kind.UNREADABLE] * 2
        assert [letter.position for letter in letters()] == [0, 1]
        assert turn or letters()[0].value == b"\xff not json"
        forget_offsets(settings)
    all_once(sender, receiver)


def forget_offsets(settings: KafkaSettings) -> None:
    admin = KafkaAdminClient(bootstrap_servers=list(settings.bootstrap_servers))
    admin.delete_groups([settings.named(parcels.TRACKER)])
    admin.close()


def test_consumers_share_the_partitions_and_take_over_from_each_other(
    settings: KafkaSettings, sender: Sender, receiver: Receiver, started: Started
) -> None:
    started(sender.relay(settings))
    other = Receiver(receiver.database, create=False)
    try:
        first = started(receiver.consumer(KafkaTransport(settings)))
        sender.send_many(parcels=30, moves=2)
        second = started(other.consumer(KafkaTransport(settings)))
        sender.send_many(parcels=30, moves=2)
        wait_for(lambda: other.tracker.calls > 0 or sender.send() is None, "work for the second")
        first.stop()
        sender.send_many(parcels=30, moves=2)
        catch_up(sender, receiver)
        second.stop()
    finally:
        other.executor.stop()
    assert receiver.seen_positions() == list(range(1, sender.events.head() + 1))
    assert receiver.tracker.calls > 0


@pytest.mark.parametrize("how", ["stop", "kill", "pause"])
def test_a_broker_that_goes_away_is_waited_for(
    own_kafka: Broker, how: str, sender: Sender, receiver: Receiver, started: Started
) -> None:
    own_kafka.start()
    settings = KafkaSettings(
        bootstrap_servers=(own_kafka.address,), delivery_timeout_ms=3_000, request_timeout_ms=1_000
    )
    topics_made(settings)
    relay = started(sender.relay(settings))
    started(receiver.consumer(KafkaTransport(settings)))
    sender.send_many(parcels=20, moves=2)
    catch_up(sender, receiver)

    getattr(own_kafka, how)()
    sender.send_many(parcels=20, moves=2)
    wait_for(lambda: relay.failure is not None, "the relay to notice")
    assert sender.published() == 60
    if how == "pause":
        own_kafka.resume()
    else:
        own_kafka.start()
    sender.send_many(parcels=20, moves=2)
    catch_up(sender, receiver)
    all_once(sender, receiver)


def test_publishing_to_a_topic_that_does_not_exist_fails(kafka: str, sender: Sender) -> None:
    settings = KafkaSettings(
        bootstrap_servers=(kafka,),
        namespace="nowhere",
        delivery_timeout_ms=2_000,
        request_timeout_ms=1_000,
    )
    sender.send()
    publisher = KafkaPublisher(settings, parcels.SERVICE)
    with pytest.raises(TransportFailed):
        publisher.publish(sender.translation.records(sender.events.after(0, 10)))
    publisher.close()
