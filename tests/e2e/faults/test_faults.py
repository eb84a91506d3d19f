"""Faults over real Kafka and PostgreSQL under load; after each, nothing is lost or doubled."""

from __future__ import annotations

import random
import signal
import subprocess
import threading
import time
from functools import partial
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.e2e.faults.conftest import LARGEST_EVENT, PATIENCE_MS
from tests.e2e.faults.importing import write_history
from tests.e2e.faults.verdict import query, wait_for
from tests.support.cluster import OPENTAS, Process
from tests.support.foreign import forget_groups, publish
from tests.support.ingress import Ingress

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.faults.scene import Scene

pytestmark = [pytest.mark.kafka, pytest.mark.faults, pytest.mark.timeout(1800)]


def kill_at_random(scene: Scene, kills: int, until: threading.Event | None = None) -> None:
    """Kill -9 of random processes at random moments, each started again a moment later."""
    seed = random.randrange(10**9)
    chance = random.Random(seed)
    done = 0
    while done < kills and not (until and until.is_set()):
        time.sleep(chance.uniform(0.2, 1.5))
        victim = chance.choice(scene.cluster.processes)
        victim.signal(signal.SIGKILL)
        time.sleep(chance.uniform(0, 0.5))
        victim.start()
        done += 1
    for process in scene.cluster.processes:
        process.wait_ready()
    print(f"\n{done} processes killed at random, seed {seed}")


def test_processes_killed_under_load(scene: Scene, kills: int) -> None:
    with scene.load():
        kill_at_random(scene, kills)
    assert scene.accepted.converted
    scene.judge()


def import_until_done(scene: Scene, leads: Path, deals: Path, folder: Path) -> None:
    """Run the same import again until it ends well, as its exit code asks for."""
    routes = {
        "leads": scene.cluster.url("lead-service"),
        "opportunities": scene.cluster.url("opportunity-service"),
    }
    with Ingress(routes) as ingress:
        command = [
            *(OPENTAS, "import", "leads", str(leads), "--deals", str(deals)),
            *("--mapping", "olist", "--url", ingress.url, "--token", scene.token),
            *("--batch", "20", "--failed", str(folder / "failed.csv")),
            *("--state", str(folder / "state")),
        ]
        for _ in range(20):
            done = subprocess.run(
                command, env=scene.cluster.environment, capture_output=True, text=True, check=False
            )
            if done.returncode == 0:
                print(done.stdout)
                return
    raise AssertionError(done.stdout + done.stderr)


def test_processes_killed_during_an_import(scene: Scene, kills: int, tmp_path: Path) -> None:
    leads, deals = write_history(tmp_path, leads=600, deals=60)
    before = len(scene.accepted.versions)
    finished = threading.Event()
    killer = threading.Thread(target=kill_at_random, args=(scene, kills, finished))
    killer.start()
    try:
        import_until_done(scene, leads, deals, tmp_path)
    finally:
        finished.set()
        killer.join()
    imported = query(
        scene.cluster,
        "lead",
        "SELECT originator_id::text, count(*)::int, bool_or(topic = 'lead.converted') FROM events"
        " WHERE topic LIKE 'lead.%' GROUP BY originator_id",
    )
    new = [row for row in imported if row[0] not in scene.accepted.versions]
    assert (len(new), sum(converted for *_, converted in new)) == (600, 60)
    won = "SELECT count(*) FROM events WHERE topic = 'opportunity.won'"
    assert query(scene.cluster, "opportunity", won) == [(60,)]
    scene.accepted.versions |= {id: events for id, events, _ in new}
    scene.accepted.converted |= {id for id, _, converted in new if converted}
    assert len(scene.accepted.versions) == before + 600
    scene.judge()


def test_broker_killed_and_silent_and_database_restarted(scene: Scene) -> None:
    with scene.load():
        time.sleep(1)
        scene.broker.kill()
        time.sleep(1)
        scene.broker.start()
        time.sleep(1)
        scene.broker.pause()
        time.sleep(1.5 * PATIENCE_MS / 1000)
        scene.broker.resume()
        time.sleep(1)
        scene.postgres.stop()
        time.sleep(1)
        scene.postgres.start()
        time.sleep(1)
    scene.judge()


def test_second_relay_and_everything_delivered_twice(scene: Scene, tmp_path: Path) -> None:
    second = Process("worker", "lead-service", scene.cluster.environment, tmp_path / "second.log")
    second.start()
    with scene.load():
        second.wait_ready()
        time.sleep(1)
        first = scene.cluster.process("lead-service", "worker")
        first.signal(signal.SIGKILL)
        time.sleep(1)
        first.start()
    second.signal(signal.SIGTERM)
    for process in scene.cluster.processes:
        if process.kind == "worker":
            process.signal(signal.SIGTERM)
    forget_groups(scene.broker.address)
    for process in scene.cluster.processes:
        if process.kind == "worker":
            process.start()
            process.wait_ready()
    scene.judge()


def test_poison_and_oversized_records(scene: Scene) -> None:
    publish(scene.broker.address, "opentas.lead-service.lead.v1", b"poison", b"not a cloud event")
    with scene.load():
        time.sleep(1)
        refused = httpx.post(
            f"{scene.cluster.url('lead-service')}/v1/leads",
            json={"title": "Too large", "description": "x" * (LARGEST_EVENT + 1)},
            headers={"authorization": f"Bearer {scene.token}"},
        )
    assert (refused.status_code, refused.json()["code"]) == (413, "EVENT_TOO_LARGE")
    for service in ("opportunity", "metrics", "approval"):
        letters = "SELECT 1 FROM dead_letters WHERE error <> ''"
        wait_for(f"the dead letter of {service}", partial(query, scene.cluster, service, letters))
    assert "3 dead letters" in scene.cluster.run("dlq", "list")
    scene.judge()
