"""What must hold after any fault: nothing lost, nothing twice, projections equal a rebuild."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import psycopg
from sqlalchemy import make_url

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.faults.load import Accepted
    from tests.support.cluster import Cluster

SETTLE_SECONDS = 120.0


def wait_for(what: str, condition: Callable[[], Any]) -> Any:
    """Wait until the condition is true; its value."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        value = condition()
        if value:
            return value
        time.sleep(0.1)
    raise AssertionError(f"not within {SETTLE_SECONDS:.0f} s: {what}")


def query(cluster: Cluster, database: str, statement: str) -> list[tuple[Any, ...]]:
    """The rows of a query in one of the cluster's databases."""
    url = make_url(cluster.environment["OPENTAS_DATABASE_URL"])
    name = cluster.environment.get(f"OPENTAS_{database.upper()}_DATABASE", f"opentas_{database}")
    target = url.set(drivername="postgresql", database=name)
    with psycopg.connect(target.render_as_string(hide_password=False)) as connection:
        return connection.execute(statement.encode()).fetchall()


def totals(cluster: Cluster, token: str) -> dict[str, Any]:
    """The totals of the lead conversion report."""
    answer = httpx.get(
        f"{cluster.url('metrics-service')}/v1/metrics/lead-conversion",
        params={"group_by": "source"},
        headers={"authorization": f"Bearer {token}"},
    )
    assert answer.status_code in {200, 503}, answer.text
    if answer.status_code == 503:
        return {"leads": -1, "converted": -1}
    total: dict[str, Any] = answer.json()["total"]
    return total


def settle(cluster: Cluster, token: str, leads: int, converted: int) -> None:
    """Wait until everything accepted is visible in the metrics."""
    wait_for(
        f"{leads} leads and {converted} conversions in the metrics",
        lambda: (
            (total := totals(cluster, token))["leads"] >= leads and total["converted"] >= converted
        ),
    )
    wait_for(
        f"{converted} opportunities in their service",
        lambda: (
            query(cluster, "opportunity", "SELECT count(*) FROM opportunities")[0][0] >= converted
        ),
    )
    at_head = "SELECT (SELECT max(position) FROM events) = (SELECT position FROM relay)"
    for service in ("lead", "opportunity", "approval"):
        wait_for(f"relay of {service} at the head", partial(_first, cluster, service, at_head))


def _first(cluster: Cluster, database: str, statement: str) -> Any:
    rows = query(cluster, database, statement)
    return rows and rows[0][0]


def judge(cluster: Cluster, token: str, accepted: Accepted) -> None:
    """Fail unless every accepted command is in the store exactly once, and seen everywhere."""
    settle(cluster, token, len(accepted.versions), len(accepted.converted))

    stored = dict(
        query(
            cluster,
            "lead",
            "SELECT originator_id::text, count(*)::int FROM events"
            " WHERE topic LIKE 'lead.%' GROUP BY originator_id",
        )
    )
    differing = {
        id: (stored.get(id), accepted.versions.get(id))
        for id in stored.keys() | accepted.versions.keys()
        if stored.get(id) != accepted.versions.get(id)
    }
    assert not differing, f"events stored and accepted by lead: {differing}"
    gaps = query(cluster, "lead", "SELECT max(position) - count(*) FROM events HAVING count(*) > 0")
    assert gaps in ([], [(0,)])
    opened = query(
        cluster,
        "opportunity",
        "SELECT count(*), count(DISTINCT originator_id) FROM events"
        " WHERE topic = 'opportunity.opened'",
    )
    assert opened == [(len(accepted.converted), len(accepted.converted))]
    total = totals(cluster, token)
    assert (total["leads"], total["converted"]) == (len(stored), len(accepted.converted))
    checked = cluster.try_run("rebuild", "all", "--check")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    print(
        f"\n{accepted.commands} commands accepted, {accepted.repeated} repeated,"
        f" {accepted.replayed} replayed; {len(stored)} leads, {len(accepted.converted)} converted;"
        f" {sum(stored.values())} lead events in the store, each once;"
        f" {checked.stdout.count(' 0 rows differed')} tables equal a rebuild from zero"
    )
