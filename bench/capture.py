"""(a) ``POST /v1/leads`` against a bare endpoint with one INSERT, in alternating runs."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import TYPE_CHECKING
from uuid import uuid4

from sqlalchemy import make_url

from bench.figures import Row, median
from bench.http import Connection, request
from bench.surroundings import answering, free_port, run, spawn, start
from opentas.databases import create_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.surroundings import Surroundings

TITLE = "(a) POST /v1/leads with token, Idempotency-Key and read model, against one bare INSERT"
AIMS = {1: 0.7, 8: 0.9, 32: 1.0}
LEAD = {
    "title": "MES for the Suzhou plant",
    "source": "WEBSITE",
    "scale": "LARGE",
    "customer_importance": "IMPORTANT",
    "solution_fit": "HIGH",
}


@dataclass
class Target:
    """One server, the requests that it gets, and how many it answered per second in each run."""

    port: int
    wires: Iterator[bytes]
    rates: list[float] = field(default_factory=list)

    async def load(self, connections: int, seconds: float) -> None:
        """Ask without a pause over some connections at once, and note the rate."""
        opened = [await Connection.to(self.port) for _ in range(connections)]
        began = time.perf_counter()
        answered = await asyncio.gather(
            *(self._ask(connection, began + seconds) for connection in opened)
        )
        self.rates.append(sum(answered) / (time.perf_counter() - began))
        for connection in opened:
            connection.close()

    async def _ask(self, connection: Connection, deadline: float) -> int:
        answered = 0
        while time.perf_counter() < deadline:
            answer = await connection.ask(next(self.wires))
            if answer.status != 201:
                answer.json()
            answered += 1
        return answered


def measure(surroundings: Surroundings) -> Iterator[Row]:
    """One api process beside PostgreSQL and nothing else, then with its worker over Kafka."""
    kafka, missing = surroundings.kafka
    cluster = surroundings.cluster("capture", kafka or "")
    cluster.run("migrate")
    api = cluster.process("lead-service", "api")
    start([api])
    ours = Target(api.port, _captures(cluster.token()))
    port = free_port()
    with spawn("bench.floor", str(port), _database(surroundings.database_url)):
        answering(port)
        floor = Target(port, _inserts())
        compare = partial(_compare, surroundings, floor, ours)
        for connections, aim in AIMS.items():
            yield compare("alone", connections, f"{aim}")
        if kafka is None:
            yield Row("32 connections, its worker publishing to Kafka", f"no broker: {missing}")
        else:
            cluster.run("topics", "apply")
            start([cluster.process("lead-service", "worker")])
            yield compare("its worker publishing to Kafka", 32, "")
    cluster.stop()


def _compare(
    surroundings: Surroundings, floor: Target, ours: Target, beside: str, connections: int, aim: str
) -> Row:
    surroundings.say(f"capturing leads over {connections} connections, {beside}")
    seconds, rounds = (0.3, 1) if surroundings.quick else (1.5, 5)

    async def alternate() -> None:
        for target in (floor, ours):
            await target.load(connections, seconds / 2)
            target.rates.clear()
        for _ in range(rounds):
            await floor.load(connections, seconds)
            await ours.load(connections, seconds)

    run(alternate())
    figure, least = median(ours.rates), median(floor.rates)
    what = f"{connections} connection{'s'[: connections > 1]}, api process {beside}"
    if beside != "alone":
        what = f"{connections} connections, {beside}"
    return Row(what, f"{figure:,.0f}/s", f"{least:,.0f}/s", figure / least, aim)


def _captures(token: str) -> Iterator[bytes]:
    key = "idempotency-key"
    mark = uuid4().hex
    headers = {"authorization": f"Bearer {token}", key: mark}
    before, after = request("POST", "/v1/leads", headers, LEAD).split(mark.encode())
    for number in count():
        yield b"%b%b-%d%b" % (before, mark.encode(), number, after)


def _inserts() -> Iterator[bytes]:
    wire = request("POST", "/leads", body=LEAD)
    while True:
        yield wire


def _database(server: str) -> str:
    url = make_url(server).set(database="floor")
    create_database(url.render_as_string(hide_password=False))
    return url.render_as_string(hide_password=False)
