"""(f) The inbox at two sizes, in alternating runs over two api processes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sqlalchemy import make_url

from bench.copies import multiply
from bench.decisions import ask
from bench.figures import Row, milliseconds, quantile
from bench.http import Connection, request
from bench.surroundings import run, start

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.surroundings import Cluster, Surroundings

SMALL, TIMES = 10_000, 100
TITLE = "(f) the inbox of the person who has all tasks, p95; rows copied by SQL; floor: 10,000"
PERSON = "zhao.min"
READS = {
    "GET /v1/tasks, 50 newest": "/v1/tasks",
    "GET /v1/tasks?flow=...": "/v1/tasks?flow=tas_2_1_opportunity_initiation",
    "GET /v1/tasks/counters": "/v1/tasks/counters",
}
ROUNDS, PER_ROUND = 8, 50
EARLIER = "- copy * interval '7 hours 13 minutes'"
COPIED = {
    "approvals": {
        "id": "md5(id::text || copy)::uuid",
        "created_at": f"created_at {EARLIER}",
    },
    "tasks": {
        "id": "md5(id::text || copy)::uuid",
        "approval_id": "md5(approval_id::text || copy)::uuid",
        "assigned_at": f"assigned_at {EARLIER}",
        "moved_at": f"moved_at {EARLIER}",
    },
}


def measure(surroundings: Surroundings) -> Iterator[Row]:
    """Ten thousand tasks by the engine, and a copy with a hundred times as many."""
    sizes = {}
    for name in ("bench_inbox", "bench_inbox_large"):
        url = make_url(surroundings.database_url).set(database=name)
        cluster = surroundings.cluster(name, "", OPENTAS_APPROVAL_DATABASE=name)
        sizes[url.render_as_string(hide_password=False)] = cluster
    (small, first), (large, second) = sizes.items()
    tasks, times = (SMALL // 10, 3) if surroundings.quick else (SMALL, TIMES)
    first.run("migrate")
    surroundings.say("asking for approvals")
    ask(first, tasks)
    surroundings.say("multiplying tasks")
    multiply(small, large, times - 1, COPIED)
    for cluster in (first, second):
        start([cluster.process("approval-service", "api")])
    for name, path in READS.items():
        surroundings.say(name)
        taken: dict[str, list[float]] = {small: [], large: []}
        for number in range(2 if surroundings.quick else ROUNDS):
            for database, cluster in sizes.items():
                latencies = run(_latencies(cluster, path))
                if number:
                    taken[database] += latencies
        few, many = (quantile(each, 0.95) for each in taken.values())
        what = f"{name}, {tasks * times:,} tasks"
        yield Row(what, milliseconds(many), milliseconds(few), many / few, "1.0")
    for cluster in (first, second):
        cluster.stop()


async def _latencies(cluster: Cluster, path: str) -> list[float]:
    connection = await Connection.to(cluster.process("approval-service", "api").port)
    headers = {"authorization": f"Bearer {cluster.token(['approver'], PERSON)}"}
    wire = request("GET", path, headers)
    taken = []
    for number in range(PER_ROUND):
        began = time.perf_counter()
        answer = await connection.ask(wire)
        taken.append(time.perf_counter() - began)
        if number == 0:
            assert any(answer.json().values()), answer.body
    connection.close()
    return taken
