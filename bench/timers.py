"""(g) Timers that have all come at once, with two processes that fire them."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import psycopg
from sqlalchemy import make_url

from bench.decisions import ask
from bench.figures import Row
from bench.surroundings import note
from tests.support import session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bench.surroundings import Surroundings

TITLE = "(g) reminders that are all due at once, two processes that fire timers"
TIMERS, PER_APPROVAL = 10_000, 2
"""Two people are asked in each approval of ``bench.asking``."""
WORKING_HOURS_AHEAD = "10"
"""After the reminder of TAS 2-1 at 8 working hours, before its limit at 16."""
DATABASE = "bench_timers"
PATIENCE_SECONDS = 600.0
FIRED = "SELECT count(*) FROM events WHERE topic = 'approval.timer_fired'"
TASKS = (
    "SELECT count(DISTINCT state::jsonb -> 'task_id') FROM events"
    " WHERE topic = 'approval.timer_fired'"
)


def measure(surroundings: Surroundings) -> Iterator[Row]:
    """The time until everything has fired, and how often each timer did."""
    timers = TIMERS // 20 if surroundings.quick else TIMERS
    cluster = surroundings.cluster(DATABASE, "", OPENTAS_APPROVAL_DATABASE=DATABASE)
    cluster.run("migrate")
    surroundings.say("asking for approvals")
    ask(cluster, timers // PER_APPROVAL)
    surroundings.say("firing timers")
    url = make_url(surroundings.database_url).set(database=DATABASE)
    command = [sys.executable, "-m", "bench.timekeeping", WORKING_HOURS_AHEAD]
    with psycopg.connect(url.render_as_string(hide_password=False), autocommit=True) as connection:
        processes = [
            subprocess.Popen(command, cwd=session.PROJECT, env=cluster.environment)
            for _ in range(2)
        ]
        for process in processes:
            note(process.pid)
        first = _wait(connection, FIRED, 1)
        last = _wait(connection, TASKS, timers)
        for process in processes:
            process.terminate()
            process.wait(60)
        fired, tasks = (_count(connection, statement) for statement in (FIRED, TASKS))
    seconds = last - first
    yield Row(f"{timers:,} timers, all fired after", f"{seconds:.1f} s", aim="")
    yield Row("timers per second", f"{timers / seconds:,.0f}/s")
    yield Row("fired exactly once", f"{tasks:,}", f"{timers:,}", tasks / timers, "1.0")
    yield Row("fired once more", f"{fired - tasks:,}", aim="0")


def _wait(connection: psycopg.Connection[tuple[int]], statement: str, wanted: int) -> float:
    """When the count was reached."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while _count(connection, statement) < wanted:
        if time.monotonic() > deadline:
            raise RuntimeError(f"only {_count(connection, statement)} of {wanted} timers fired")
        time.sleep(0.05)
    return time.monotonic()


def _count(connection: psycopg.Connection[tuple[int]], statement: str) -> int:
    found = connection.execute(statement.encode()).fetchone()
    assert found is not None
    return found[0]
