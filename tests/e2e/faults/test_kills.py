"""Kill -9 of api and worker processes at random moments under load."""

from __future__ import annotations

import random
import signal
import time
from typing import TYPE_CHECKING

import pytest

from tests.e2e.faults.load import Load
from tests.e2e.faults.verdict import judge

if TYPE_CHECKING:
    from tests.support.cluster import Cluster

pytestmark = [pytest.mark.kafka, pytest.mark.faults]


def test_random_kills_under_load(cluster: Cluster, kills: int) -> None:
    seed = random.randrange(10**9)
    print(f"\nseed {seed}, {kills} kills")
    chance = random.Random(seed)
    token = cluster.token()
    with Load(cluster.url("lead-service"), token) as load:
        for _ in range(kills):
            time.sleep(chance.uniform(0.2, 1.5))
            victim = chance.choice(cluster.processes)
            victim.signal(signal.SIGKILL)
            print(f"killed {victim.name}")
            time.sleep(chance.uniform(0, 0.5))
            victim.start()
        for process in cluster.processes:
            process.wait_ready()
    assert load.failures == []
    assert len(load.accepted.converted) > 0
    judge(cluster, token, load.accepted)
