"""(a) ``POST /v1/leads`` against a bare endpoint with one INSERT, in alternating runs."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING
from uuid import uuid4

from bench.contest import LEAD, Target, bare_floor, compare
from bench.figures import Row
from bench.http import request
from bench.surroundings import start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.surroundings import Surroundings

TITLE = "(a) POST /v1/leads with token, Idempotency-Key and read model, against one bare INSERT"
AIMS = {1: 0.7, 8: 0.9, 32: 1.0}


def measure(surroundings: Surroundings) -> Iterator[Row]:
    """One api process beside PostgreSQL and nothing else, then with its worker over Kafka."""
    kafka, missing = surroundings.kafka
    cluster = surroundings.cluster("capture", kafka or "")
    cluster.run("migrate")
    api = cluster.process("lead-service", "api")
    start([api])
    ours = Target(api.port, _captures(cluster.token()))
    with bare_floor(surroundings) as floor:
        for connections, aim in AIMS.items():
            surroundings.say(f"capturing leads over {connections} connections, alone")
            what = f"{connections} connection{'s'[: connections > 1]}, api process alone"
            yield compare(surroundings, floor, ours, connections, what, f"{aim}")
        what = "32 connections, its worker publishing to Kafka"
        if kafka is None:
            yield Row(what, f"no broker: {missing}")
        else:
            cluster.run("topics", "apply")
            start([cluster.process("lead-service", "worker")])
            surroundings.say(f"capturing leads over {what}")
            yield compare(surroundings, floor, ours, 32, what, "")
    cluster.stop()


def _captures(token: str) -> Iterator[bytes]:
    key = "idempotency-key"
    mark = uuid4().hex
    headers = {"authorization": f"Bearer {token}", key: mark}
    before, after = request("POST", "/v1/leads", headers, LEAD).split(mark.encode())
    for number in count():
        yield b"%b%b-%d%b" % (before, mark.encode(), number, after)
