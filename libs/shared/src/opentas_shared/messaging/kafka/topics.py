"""Creating the topics: 12 partitions, kept for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kafka import KafkaAdminClient
from kafka.errors import KafkaError, TopicAlreadyExistsError

from opentas_shared.messaging.kafka.connection import client_options
from opentas_shared.messaging.partitions import PARTITIONS
from opentas_shared.messaging.transport import TransportFailed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opentas_shared.messaging.kafka.settings import KafkaSettings


class WrongPartitions(Exception):
    """A topic has another number of partitions than its version promises."""


@dataclass(frozen=True)
class AppliedTopics:
    """What ``apply_topics`` did, by the names on the cluster."""

    created: tuple[str, ...]
    present: tuple[str, ...]


def apply_topics(settings: KafkaSettings, topics: Iterable[str]) -> AppliedTopics:
    """Create the topics that are missing; safe to run again and at the same time elsewhere.

    ``WrongPartitions`` when one exists with another number of partitions: the partitions of
    all aggregates would change, so that needs a new version of the topic. ``TransportFailed``
    when the cluster refuses or does not answer.
    """
    names = sorted({settings.named(topic) for topic in topics})
    try:
        admin = KafkaAdminClient(**client_options(settings, "opentas-topics"))
    except (KafkaError, OSError) as error:
        raise TransportFailed(f"{type(error).__name__}: {error}") from error
    try:
        existing = set(admin.list_topics())
        created = [name for name in names if name not in existing]
        for name in created:
            _create(admin, name, settings.replication_factor)
        for topic in admin.describe_topics(names):
            if topic["partitions"] and len(topic["partitions"]) != PARTITIONS:
                raise WrongPartitions(
                    f"{topic['name']} has {len(topic['partitions'])} partitions, "
                    f"it must have {PARTITIONS}."
                )
    except KafkaError as error:
        raise TransportFailed(f"{type(error).__name__}: {error}") from error
    finally:
        admin.close()
    return AppliedTopics(tuple(created), tuple(name for name in names if name in existing))


def _create(admin: KafkaAdminClient, name: str, replication_factor: int) -> None:
    options = {
        "num_partitions": PARTITIONS,
        "replication_factor": replication_factor,
        "configs": {"retention.ms": "-1", "cleanup.policy": "delete"},
    }
    try:
        admin.create_topics({name: options}, wait_for_metadata=True)
    except TopicAlreadyExistsError:
        return
