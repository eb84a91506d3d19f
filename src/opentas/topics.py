"""``opentas topics apply``: the Kafka topics of everything that is published."""

from __future__ import annotations

from collections.abc import Iterable

import typer

from opentas.services import services
from opentas_shared.contracts.contract import contracts
from opentas_shared.messaging.kafka import (
    AppliedTopics,
    KafkaSettings,
    WrongPartitions,
    apply_topics,
)
from opentas_shared.messaging.transport import TransportFailed
from opentas_shared.runtime.service import Service

app = typer.Typer(no_args_is_help=True, help="The Kafka topics.")


@app.callback()
def topics() -> None:
    """The Kafka topics."""


@app.command()
def apply() -> None:
    """Create the topics that are missing: 12 partitions, kept for ever."""
    settings = KafkaSettings()
    if not settings.bootstrap_servers:
        typer.echo("OPENTAS_KAFKA_BOOTSTRAP_SERVERS does not name a Kafka cluster.", err=True)
        raise typer.Exit(1)
    try:
        applied = apply_topics(settings, topic_names(services()))
    except (TransportFailed, WrongPartitions) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from None
    report(applied)


def report(applied: AppliedTopics) -> None:
    """Say what was created and what was there."""
    for name in applied.created:
        typer.echo(f"created  {name}")
    for name in applied.present:
        typer.echo(f"present  {name}")


def topic_names(all_services: Iterable[Service]) -> list[str]:
    """Every topic that a service publishes to or listens to."""
    published = {contract.TOPIC for contract in contracts().values()}
    heard = {topic for service in all_services for topic in service.subscriptions}
    return sorted(published | heard)
