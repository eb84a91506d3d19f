"""What others may do to a broker: publish anything, and rewind consumer groups."""

from __future__ import annotations

from kafka import KafkaConsumer, KafkaProducer, OffsetAndMetadata
from kafka.admin import KafkaAdminClient


def publish(broker: str, topic: str, key: bytes, value: bytes) -> None:
    """Publish a record past every rule of ours."""
    producer = KafkaProducer(bootstrap_servers=broker, acks="all")
    producer.send(topic, key=key, value=value).get(30)
    producer.close()


def consume_again(broker: str) -> None:
    """Set every consumer group, none of which may be running, back to the first record."""
    admin = KafkaAdminClient(bootstrap_servers=broker)
    groups = [group for group, *_ in admin.list_consumer_groups()]
    for group in groups:
        places = list(admin.list_consumer_group_offsets(group))
        consumer = KafkaConsumer(bootstrap_servers=broker, group_id=group)
        consumer.commit({place: OffsetAndMetadata(0, "", -1) for place in places})
        consumer.close()
    admin.close()
    assert groups
