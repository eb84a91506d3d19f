"""What others may do to a broker: publish anything, and forget how far consumers are."""

from __future__ import annotations

from kafka import KafkaProducer
from kafka.admin import KafkaAdminClient


def publish(broker: str, topic: str, key: bytes, value: bytes) -> None:
    """Publish a record past every rule of ours."""
    producer = KafkaProducer(bootstrap_servers=broker, acks="all")
    producer.send(topic, key=key, value=value)
    producer.flush(30)
    producer.close()


def forget_groups(broker: str) -> None:
    """Delete every consumer group, none of which may be running: all begin again."""
    admin = KafkaAdminClient(bootstrap_servers=broker)
    listed: list[dict[str, str]] = admin.list_groups()  # type: ignore[no-untyped-call]
    groups = [group["group_id"] for group in listed]
    assert groups
    admin.delete_groups(groups)
    admin.close()
