"""One server against the floor, in alternating runs."""

from __future__ import annotations

import asyncio
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from bench.figures import Row, median
from bench.http import Connection, request
from bench.surroundings import answering, free_port, run, spawn
from opentas.databases import create_database

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.surroundings import Surroundings

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
        for answered, wire in enumerate(self.wires, 1):
            answer = await connection.ask(wire)
            if answer.status >= 300:
                answer.json()
            if time.perf_counter() >= deadline:
                return answered
        raise RuntimeError("there are no requests left to ask")


@contextmanager
def bare_floor(surroundings: Surroundings) -> Iterator[Target]:
    """The floor (``bench.floor``) on the server of everything that is compared with it."""
    url = make_url(surroundings.database_url).set(database="floor")
    text = url.render_as_string(hide_password=False)
    create_database(text)
    port = free_port()
    with spawn("bench.floor", str(port), text):
        answering(port)
        yield Target(port, _inserts())


def compare(
    surroundings: Surroundings, floor: Target, ours: Target, connections: int, what: str, aim: str
) -> Row:
    """Both in turn, after a short run of each; the medians of the runs."""
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
    return Row(what, f"{figure:,.0f}/s", f"{least:,.0f}/s", figure / least, aim)


def _inserts() -> Iterator[bytes]:
    wire = request("POST", "/leads", body=LEAD)
    while True:
        yield wire
