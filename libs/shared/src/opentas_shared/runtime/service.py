"""What main, worker, the runner, the rebuild and the generators need to know of a service."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from fastapi import APIRouter
    from sqlalchemy import MetaData

    from opentas_shared.domain.aggregate import Aggregate
    from opentas_shared.persistence.projection import Projection
    from opentas_shared.runtime.resources import Resources
    from opentas_shared.runtime.settings import SharedSettings


class Thread(Protocol):
    """A part of a worker; ``last_beat`` (monotonic) is its last sign of life."""

    @property
    def last_beat(self) -> float:
        """The last sign of life."""

    def start(self) -> None:
        """Start it."""

    def stop(self) -> None:
        """Finish what is at hand and stop."""


@dataclass(frozen=True)
class Service:
    """One of the services; ``service.py`` of each defines ``SERVICE = Service(...)``."""

    name: str
    """``lead-service``: names its paths, topics, events' source and database."""
    title: str
    title_zh: str
    settings: type[SharedSettings]
    metadata: MetaData
    migrations: Path
    """The folder with ``env.py`` and ``versions/``."""
    projections: tuple[Projection, ...] = ()
    publishing: Mapping[Any, Any] = field(default_factory=dict)
    """Own event class -> ``(event, recorded) -> Contract``; what is not listed is private."""
    reactions: Mapping[Any, Any] = field(default_factory=dict)
    """Contract class -> ``(contract, envelope, work) -> None``."""
    aggregates: tuple[type[Aggregate], ...] = ()
    routers: tuple[APIRouter, ...] = ()
    on_start: Callable[[Resources], None] | None = None
    """Runs once before the first request or record, e.g. to load definitions."""
    threads: Mapping[str, Callable[[Resources], Thread]] = field(default_factory=dict)
    """What its worker runs besides relay and consumer, by name."""
    description: str = ""

    @property
    def source(self) -> str:
        """The ``source`` of its events."""
        return f"/opentas/{self.name}"

    @cached_property
    def subscriptions(self) -> tuple[str, ...]:
        """The topics whose contracts it reacts to, sorted."""
        return tuple(sorted({contract.TOPIC for contract in self.reactions}))
