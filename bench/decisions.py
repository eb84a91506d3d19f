"""(e) Decisions through the API against the floor of (a), in alternating runs."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
from sqlalchemy import make_url

from bench.contest import Target, bare_floor, compare
from bench.http import request
from bench.surroundings import start
from tests.support import session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from bench.figures import Row
    from bench.surroundings import Cluster, Surroundings

TITLE = "(e) POST /v1/approvals/{id}/approval, each of another approval, against one bare INSERT"
AIMS = {1: "", 8: "", 32: "0.9"}
DATABASE = "bench_decisions"
PER_RUN = 10_000
"""More than can be decided in the runs over some connections."""


def measure(surroundings: Surroundings) -> Iterator[Row]:
    """One api process beside PostgreSQL and nothing else."""
    cluster = surroundings.cluster(DATABASE, "", OPENTAS_APPROVAL_DATABASE=DATABASE)
    cluster.run("migrate")
    api = cluster.process("approval-service", "api")
    url = make_url(surroundings.database_url).set(database=DATABASE)
    with bare_floor(surroundings) as floor:
        for connections, aim in AIMS.items():
            surroundings.say("asking for approvals")
            ask(cluster, 400 if surroundings.quick else PER_RUN)
            start([api])
            ours = Target(api.port, _decisions(cluster, url.render_as_string(hide_password=False)))
            surroundings.say(f"deciding over {connections} connections")
            what = f"{connections} connection{'s'[: connections > 1]}, api process alone"
            yield compare(surroundings, floor, ours, connections, what, aim)
            cluster.stop()


def ask(cluster: Cluster, count: int) -> None:
    """Have ``bench.asking`` ask for approvals in the database of a cluster."""
    command = [sys.executable, "-m", "bench.asking", str(count)]
    subprocess.run(command, cwd=session.PROJECT, env=cluster.environment, check=True)


def _decisions(cluster: Cluster, database: str) -> Iterator[bytes]:
    with psycopg.connect(database) as connection:
        open_tasks: list[Any] = connection.execute(
            "SELECT approval_id, min(assignee_id) FROM tasks WHERE status = 'OPEN' GROUP BY 1"
        ).fetchall()
    people = {person for _, person in open_tasks}
    tokens = {person: cluster.token(["approver"], person) for person in people}
    return (_decision(approval, tokens[person]) for approval, person in open_tasks)


def _decision(approval: UUID, token: str) -> bytes:
    headers = {
        "authorization": f"Bearer {token}",
        "idempotency-key": uuid4().hex,
        "if-match": "*",
    }
    return request("POST", f"/v1/approvals/{approval}/approval", headers, {"comment": "Agreed"})
