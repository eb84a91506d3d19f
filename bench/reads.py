"""(c) Single reads and lists at two sizes, in alternating runs over two api processes."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import psycopg
from sqlalchemy import make_url

from bench.copies import multiply
from bench.figures import Row, median, milliseconds
from bench.http import Connection, Connections, request
from bench.surroundings import run, start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.surroundings import Cluster, Surroundings

TITLE = "(c) reads over one connection, p50; the floor is the same read at 10,000 leads"
SMALL, TIMES = 10_000, 20
PER_BATCH = 500
SOURCES = ("WEBSITE", "EXHIBITION", "REFERRAL", "COLD_CALL", "")
OWNERS = ("chen.jing", *(f"owner.{number}" for number in range(19)))
READS = {
    "GET /v1/leads/{id}": "/v1/leads/{id}",
    "GET /v1/leads, 50 newest": "/v1/leads",
    "GET /v1/leads?status=DISCARDED": "/v1/leads?status=DISCARDED",
    "GET /v1/leads?source=WEBSITE&owner_id=...": "/v1/leads?source=WEBSITE&owner_id=owner.3",
    "GET /v1/leads of somebody who sees only the own": "/v1/leads",
}
OWN = "GET /v1/leads of somebody who sees only the own"
ROUNDS, PER_ROUND = 8, 40
COPIED = {
    "leads": {
        "id": "md5(id::text || copy)::uuid",
        "created_at": "created_at - copy * interval '7 hours 13 minutes'",
    },
    "events": {
        "position": "position + copy * (SELECT max(position) FROM events)",
        "event_id": "md5(event_id::text || copy)::uuid",
        "originator_id": "md5(originator_id::text || copy)::uuid",
    },
}
"""What differs in each copy of a lead and of its events."""


@dataclass
class Size:
    """One database with its api process."""

    cluster: Cluster
    database: str
    ids: list[str] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def port(self) -> int:
        """Where it answers."""
        return self.cluster.process("lead-service", "api").port

    def start(self) -> None:
        """Start the api process and choose what to read."""
        start([self.cluster.process("lead-service", "api")])
        self.tokens = {
            name: self.cluster.token(["sales_rep"], "chen.jing")
            if name == OWN
            else self.cluster.token(["admin"])
            for name in (OWN, "")
        }
        with psycopg.connect(self.database) as connection:
            chosen = connection.execute("SELECT id FROM leads ORDER BY random() LIMIT 1000")
            self.ids = [str(id) for (id,) in chosen]

    async def latencies(self, name: str) -> list[float]:
        """How long one read after the other took."""
        token = self.tokens.get(name, self.tokens[""])
        connection = await Connection.to(self.port)
        taken = []
        for number in range(PER_ROUND):
            path = READS[name].format(id=self.ids[number])
            wire = request("GET", path, {"authorization": f"Bearer {token}"})
            began = time.perf_counter()
            answer = await connection.ask(wire)
            taken.append(time.perf_counter() - began)
            if "{id}" not in READS[name] and number == 0:
                assert answer.json()["items"], answer.body
        connection.close()
        self.ids = self.ids[PER_ROUND:] + self.ids[:PER_ROUND]
        return taken


def measure(surroundings: Surroundings) -> Iterator[Row]:
    """Ten thousand leads by the import, and a copy of that database with twenty times as many."""
    small = _size(surroundings, "bench_small")
    large = _size(surroundings, "bench_large")
    copies = 1 if surroundings.quick else TIMES - 1
    small.cluster.run("migrate")
    small.start()
    surroundings.say("importing leads")
    leads = SMALL // 10 if surroundings.quick else SMALL
    began = time.perf_counter()
    run(_import(small, small.cluster.token(), leads))
    rate = leads / (time.perf_counter() - began)
    small.cluster.stop()
    surroundings.say("multiplying leads")
    multiply(small.database, large.database, copies, COPIED)
    for size in (small, large):
        size.start()
    for name in READS:
        surroundings.say(name)
        times: dict[str, list[float]] = {small.database: [], large.database: []}
        for number in range(2 if surroundings.quick else ROUNDS):
            for size in (small, large):
                taken = run(size.latencies(name))
                if number:
                    times[size.database] += taken
        few, many = median(times[small.database]), median(times[large.database])
        what = f"{name}, {leads * (copies + 1):,} leads"
        yield Row(what, milliseconds(many), milliseconds(few), many / few, "1.0")
    yield Row("POST /v1/leads/batch, one request at a time", f"{rate:,.0f} leads/s")
    for size in (small, large):
        size.cluster.stop()


def _size(surroundings: Surroundings, database: str) -> Size:
    url = make_url(surroundings.database_url).set(database=database)
    cluster = surroundings.cluster(database, "", OPENTAS_LEAD_DATABASE=database)
    return Size(cluster, url.render_as_string(hide_password=False))


async def _import(size: Size, token: str, leads: int) -> None:
    connections = Connections(size.port)
    headers = {"authorization": f"Bearer {token}"}
    for first in range(0, leads, PER_BATCH):
        items = [_lead(number) for number in range(first, first + PER_BATCH)]
        wire = request("POST", "/v1/leads/batch", headers, {"items": items})
        answer = (await connections.ask(wire)).json()
        if answer["refused"]:
            raise RuntimeError(f"the import was refused: {answer['items'][0]}")
    connections.close()


def _lead(number: int) -> dict[str, Any]:
    captured = datetime.now(UTC) - timedelta(days=30, minutes=37 * number % 900_000)
    steps = [
        {
            "command": "capture",
            "title": f"Lead {number} of the measuring",
            "source": SOURCES[number % len(SOURCES)],
            "owner_id": OWNERS[number // len(SOURCES) * 7 % len(OWNERS)],
            "scale": "LARGE",
            "effective_at": captured.isoformat(),
        }
    ]
    if number % 4 == 0:
        at = (captured + timedelta(days=3)).isoformat()
        steps.append({"command": "discard", "reason": "NO_BUDGET", "effective_at": at})
    return {"natural_key": f"bench-{number}", "steps": steps}
