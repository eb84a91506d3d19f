"""(b) From a command that is accepted to its effect in the funnel, over both transports.

A story is four commands on one lead: captured, classified, qualified, converted. Stories begin
at fixed instants, so that a slow answer does not lower the load. What is measured: from the
arrival of the answer to a conversion until the metrics database, which is asked every few
milliseconds, has the opportunity in the rows that ``GET /v1/metrics/funnel`` counts. On its way
lie lead-service, opportunity-service and metrics-service. In the end the funnel itself must
count as many.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy import make_url

from bench.figures import Row, milliseconds, quantile
from bench.http import Connections, request
from bench.product import product
from bench.surroundings import run, start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.surroundings import Surroundings

TITLE = "(b) answered command to its effect in metrics, at 200 commands/s"
AIM = "p99 < 150 ms"
COMMANDS_PER_SECOND = 200
LOOK_SECONDS = 0.005
PATIENCE_SECONDS = 20.0
CAPTURE = {
    "title": "MES for the Suzhou plant",
    "source": "WEBSITE",
    "scale": "SMALL",
    "customer_importance": "ORDINARY",
    "solution_fit": "HIGH",
}
CRITERIA = (
    "NEED_CONFIRMED",
    "BUDGET_CONFIRMED",
    "DECISION_MAKER_IDENTIFIED",
    "TIMELINE_CONFIRMED",
    "SOLUTION_FIT",
)
STEPS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("classification", {"classification": "GENERAL_HOT", "reason": "to be measured"}),
    ("qualification", {"criteria": CRITERIA}),
    (
        "conversion",
        {
            "owner_id": "chen.jing",
            "amount": {"amount_minor": 125_000_000, "currency": "CNY"},
            "win_probability": 40,
        },
    ),
)
STEP_SECONDS = 0.25


@dataclass
class Watch:
    """When things were accepted and when the metrics database showed them first."""

    statement: str
    accepted: dict[str, float] = field(default_factory=dict)
    seen: dict[str, float] = field(default_factory=dict)
    expected: set[str] = field(default_factory=set)

    async def look(self, connection: Any) -> None:
        """Ask for what was not seen yet."""
        if self.expected:
            found = await connection.fetch(self.statement, list(self.expected))
            now = time.perf_counter()
            for (id,) in found:
                self.seen[str(id)] = now
                self.expected.discard(str(id))

    def lags(self, since: float) -> list[float]:
        """The seconds of those accepted after an instant; 0 for one seen before its answer."""
        return [
            max(0.0, self.seen[id] - accepted)
            for id, accepted in self.accepted.items()
            if id in self.seen and accepted >= since
        ]


class Story:
    """Callers over HTTP, and two watches on the metrics database."""

    def __init__(self, ports: tuple[int, int], database: str, token: str) -> None:
        self._leads = Connections(ports[0])
        self._metrics = Connections(ports[1])
        self._database = database
        self._headers = {"authorization": f"Bearer {token}"}
        self.captures = Watch(_present("lead_spans", "lead_id"))
        self.conversions = Watch(_present("opportunity_spans", "opportunity_id"))
        self.answers: list[float] = []

    async def run(self, warm: float, seconds: float) -> tuple[float, float]:
        """Tell stories; when the measured time began, and how many the funnel counts."""
        watching = asyncio.create_task(self._watch())
        began = time.perf_counter()
        pause = (len(STEPS) + 1) / COMMANDS_PER_SECOND
        count = int((warm + seconds) / pause)
        stories = [asyncio.create_task(self._tell(began + n * pause)) for n in range(count)]
        await asyncio.gather(*stories)
        deadline = time.perf_counter() + PATIENCE_SECONDS
        while self.conversions.expected and time.perf_counter() < deadline:
            await asyncio.sleep(0.05)
        watching.cancel()
        funnel = await self._metrics.ask(request("GET", "/v1/metrics/funnel", self._headers))
        return began + warm, funnel.json()["opened"]

    async def _watch(self) -> None:
        connection = await asyncpg.connect(self._database)
        while True:
            await self.captures.look(connection)
            await self.conversions.look(connection)
            await asyncio.sleep(LOOK_SECONDS)

    async def _tell(self, at: float) -> None:
        await asyncio.sleep(max(0.0, at - time.perf_counter()))
        lead = await self._command("/v1/leads", CAPTURE, None)
        self.captures.accepted[lead["id"]] = time.perf_counter()
        self.captures.expected.add(lead["id"])
        for number, (step, body) in enumerate(STEPS, 1):
            await asyncio.sleep(max(0.0, at + number * STEP_SECONDS - time.perf_counter()))
            lead = await self._command(f"/v1/leads/{lead['id']}/{step}", body, lead["version"])
        self.conversions.accepted[lead["opportunity_id"]] = time.perf_counter()
        self.conversions.expected.add(lead["opportunity_id"])

    async def _command(self, path: str, body: Any, version: int | None) -> dict[str, Any]:
        headers = {**self._headers, "idempotency-key": uuid4().hex}
        if version is not None:
            headers["if-match"] = f'"{version}"'
        began = time.perf_counter()
        answer = await self._leads.ask(request("POST", path, headers, body))
        self.answers.append(time.perf_counter() - began)
        lead: dict[str, Any] = answer.json()
        return lead


def measure(surroundings: Surroundings) -> Iterator[Row]:
    """Once in one process, once with an api and a worker process per service and Kafka."""
    with product(surroundings) as running:
        surroundings.say("telling stories to opentas up")
        database = _metrics_database(running.database_url)
        story = Story((running.port, running.port), database, running.token)
        yield from _rows(surroundings, story, "opentas up, direct")
    kafka, missing = surroundings.kafka
    if kafka is None:
        yield Row("api and worker processes, Kafka", f"no broker: {missing}", aim=AIM)
        return
    names = {f"OPENTAS_{name}_DATABASE": f"bench_{name}".lower() for name in SERVICES}
    cluster = surroundings.cluster("freshness", kafka, **names)
    surroundings.say("starting eight processes")
    cluster.run("topics", "apply")
    cluster.run("migrate")
    cluster.run("org", "demonstration")
    start(cluster.processes)
    surroundings.say("telling stories to eight processes over Kafka")
    ports = [cluster.process(f"{name}-service", "api").port for name in ("lead", "metrics")]
    database = _metrics_database(surroundings.database_url, names["OPENTAS_METRICS_DATABASE"])
    story = Story((ports[0], ports[1]), database, cluster.token())
    yield from _rows(surroundings, story, "8 processes, Kafka")
    cluster.stop()


SERVICES = ("LEAD", "OPPORTUNITY", "APPROVAL", "METRICS")


def _rows(surroundings: Surroundings, story: Story, where: str) -> Iterator[Row]:
    since, counted = run(story.run(*((1.0, 2.0) if surroundings.quick else (2.0, 12.0))))
    lags = story.conversions.lags(since)
    lost = len(story.conversions.accepted) - counted
    yield Row(
        f"{where}: converted to counted in the funnel, n = {len(lags)}"
        + (f"; {lost} NOT COUNTED" if lost else ""),
        _both(lags),
        aim=AIM,
    )
    captures = story.captures.lags(since)
    yield Row(f"{where}: captured to counted as a lead, n = {len(captures)}", _both(captures))
    yield Row(f"{where}: the answer itself", _both(story.answers))


def _both(times: list[float]) -> str:
    return f"p50 {milliseconds(quantile(times, 0.5))}, p99 {milliseconds(quantile(times, 0.99))}"


def _present(table: str, column: str) -> str:
    return f"SELECT DISTINCT {column} FROM {table} WHERE {column} = ANY($1::uuid[])"


def _metrics_database(server: str, name: str = "opentas_metrics") -> str:
    return make_url(server).set(database=name).render_as_string(hide_password=False)
