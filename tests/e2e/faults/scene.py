"""Where the faults happen, and what was accepted there so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.e2e.faults.load import Accepted, Load
from tests.e2e.faults.verdict import judge

if TYPE_CHECKING:
    from opentas_shared.runtime.embedded_postgres import EmbeddedPostgres
    from tests.support.cluster import Cluster
    from tests.support.kafka import Broker


@dataclass
class Scene:
    """The cluster, its servers, and the ledger of everything that was accepted."""

    cluster: Cluster
    broker: Broker
    postgres: EmbeddedPostgres
    token: str
    accepted: Accepted = field(default_factory=Accepted)

    def load(self) -> Load:
        """Callers at work for as long as the block lasts."""
        return Load(self.cluster.url("lead-service"), self.token, self.accepted)

    def judge(self) -> None:
        """Fail unless everything accepted so far is there exactly once."""
        judge(self.cluster, self.token, self.accepted)
