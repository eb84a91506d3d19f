"""A broker for the tests in Docker, where Java or Maven is missing."""

from __future__ import annotations

import shutil
import subprocess

from tests.support import session
from tests.support.broker import NoBroker, free_port, wait_for

_IMAGE = "apache/kafka:4.1.0"


def start_in_docker(missing: NoBroker) -> dict[str, object]:
    """Run the public image until the session ends; ``NoBroker`` without Docker."""
    if shutil.which("docker") is None:
        raise NoBroker(f"{missing}, and there is no Docker")
    port = free_port()
    settings = {
        "KAFKA_NODE_ID": "1",
        "KAFKA_PROCESS_ROLES": "broker,controller",
        "KAFKA_LISTENERS": "PLAINTEXT://:9092,CONTROLLER://:9093",
        "KAFKA_ADVERTISED_LISTENERS": f"PLAINTEXT://127.0.0.1:{port}",
        "KAFKA_CONTROLLER_LISTENER_NAMES": "CONTROLLER",
        "KAFKA_CONTROLLER_QUORUM_VOTERS": "1@localhost:9093",
        "KAFKA_LISTENER_SECURITY_PROTOCOL_MAP": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
        "KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR": "1",
        "KAFKA_TRANSACTION_STATE_LOG_MIN_ISR": "1",
        "KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS": "0",
        "KAFKA_AUTO_CREATE_TOPICS_ENABLE": "false",
    }
    with (session.folder() / "kafka.log").open("ab") as log:
        container = subprocess.Popen(
            ["docker", "run", "--rm", "-p", f"127.0.0.1:{port}:9092"]
            + [part for name, value in settings.items() for part in ("-e", f"{name}={value}")]
            + [_IMAGE],
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    address = f"127.0.0.1:{port}"
    log_file = session.folder() / "kafka.log"
    wait_for(address, 120, lambda: container.poll() is None, log_file)
    return {"address": address, "pid": container.pid}
