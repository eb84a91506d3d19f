"""The whole product in this process, on a port of its own, with databases of its own."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import httpx
import uvicorn
from sqlalchemy import func, select

from approval_service.configuration.organisation_file import demonstration
from opentas.gateway import Gateway
from opentas.organisation import load_demonstration
from opentas.port import listen
from opentas.product import Part, assemble
from opentas.services import services
from opentas.token import Holder, signed
from opentas_shared.messaging.kafka import apply_topics
from opentas_shared.messaging.translation import Translation
from opentas_shared.persistence.tables import tracking

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from opentas_shared.messaging.kafka import KafkaSettings
    from opentas_shared.runtime.service import Service
    from opentas_shared.runtime.settings import SharedSettings

Places = dict[tuple[str, int], int]


class LiveProduct:
    """What ``opentas up`` runs, for a test: real HTTP, real transports, settled on demand."""

    def __init__(
        self, settings_for: Callable[[Service], SharedSettings], kafka: KafkaSettings | None
    ) -> None:
        from opentas.topics import topic_names

        if kafka is not None:
            apply_topics(kafka, topic_names(services()))
        self.product = assemble([(each, settings_for(each)) for each in services()], kafka)
        self.url = ""
        self._published = [Published(part) for part in self.product.parts]
        self._clients: list[httpx.Client] = []

    def start(self) -> Self:
        """Start everything and load the demonstration organisation."""
        self.product.start()
        approval = self.product.part("approval-service").resources
        load_demonstration(approval.executor, approval.database)
        listener = listen("127.0.0.1", None)
        self.url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        config = uvicorn.Config(Gateway(self.product), log_config=None, lifespan="off")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [listener]}, daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop everything."""
        for client in self._clients:
            client.close()
        self._server.should_exit = True
        self._thread.join()
        self.product.stop()

    def token(self, user: str = "admin", **changes: Any) -> str:
        """A token of a person of the demonstration organisation."""
        person = next(each for each in demonstration().people if each.id == user)
        roles = set(person.posts)
        known = {role for each in demonstration().people for role in (*each.posts, *each.roles)}
        roles |= {*known, "admin", "importer"} if person.roles == "all" else set(person.roles)
        holder = Holder(user, tuple(sorted(roles)), person.name, person.department or "")
        return signed(self.product.parts[0].resources.settings, holder, **changes)

    def client(self, user: str = "admin") -> httpx.Client:
        """An HTTP client that carries the person's token."""
        client = httpx.Client(
            base_url=self.url, timeout=60, headers={"Authorization": f"Bearer {self.token(user)}"}
        )
        self._clients.append(client)
        return client

    def settle(self, patience: float = 60.0) -> None:
        """Wait until every consumer has applied all that is published, consequences included."""
        deadline = time.monotonic() + patience
        while True:
            before = [published.advance() for published in self._published]
            left = self._unapplied()
            if not left and before == [published.advance() for published in self._published]:
                return
            if time.monotonic() > deadline:
                raise AssertionError(f"not applied after {patience} s: {left}")
            time.sleep(0.01)

    def _unapplied(self) -> list[str]:
        return [
            f"{consumer.service.name} {topic}/{partition} at {reached.get((topic, partition), 0)}"
            f" of {position}"
            for consumer in self.product.parts
            if consumer.service.reactions
            for published in self._published
            for reached in [_applied(consumer, published.source)]
            for (topic, partition), position in published.places.items()
            if topic in consumer.service.subscriptions
            and reached.get((topic, partition), 0) < position
        ]


class Published:
    """The last published position of a service per topic and partition."""

    def __init__(self, part: Part) -> None:
        self.source = part.service.source
        self.places: Places = defaultdict(int)
        self._events = part.resources.events
        self._translation = Translation(part.service.source, part.service.publishing)
        self._position = 0

    def advance(self) -> int:
        """Read what is new; the position of the last event."""
        while events := self._events.after(self._position, 1000):
            for record in self._translation.records(events):
                self.places[record.topic, record.partition] = record.offset
            self._position = events[-1][1].position
        return self._position


def _applied(part: Part, source: str) -> Places:
    statement = (
        select(tracking.c.topic, tracking.c.partition, func.max(tracking.c.position))
        .where(tracking.c.consumer == part.service.name, tracking.c.source == source)
        .group_by(tracking.c.topic, tracking.c.partition)
    )
    with part.resources.database.read() as connection:
        return {
            (topic, place): position for topic, place, position in connection.execute(statement)
        }
