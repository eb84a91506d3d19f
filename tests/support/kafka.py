"""One Apache Kafka broker (KRaft, loopback) for the tests, from its own jars by Maven."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from tests.support import session
from tests.support.broker import NoBroker, free_port, wait_for
from tests.support.docker_kafka import start_in_docker
from tests.support.reaper import alive

if TYPE_CHECKING:
    from typing import Self

_HERE = Path(__file__).parent
_JARS = session.PROJECT / ".build" / "kafka-jars"
_STORAGE_ID = "5L6g3nShT-eMCtK--X86sw"


class Broker:
    """A broker of one's own: to be stopped, killed, paused and started again."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = free_port()
        self._controller = free_port()
        self.address = f"127.0.0.1:{self._port}"
        self.pid = 0

    def start(self, patience: float = 60.0) -> Self:
        """Format the storage once, start, and wait until the broker answers."""
        self._format()
        with (self._folder / "kafka.log").open("ab") as log:
            self.pid = subprocess.Popen(
                [*_java("256m", "512m"), "kafka.Kafka", str(self._properties)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            ).pid
        wait_for(self.address, patience, lambda: alive(self.pid), self._folder / "kafka.log")
        return self

    def stop(self) -> None:
        """Orderly shutdown."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """``kill -9``."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """The broker stops answering, its connections stay open."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Go on after ``pause``."""
        os.kill(self.pid, signal.SIGCONT)

    def _end(self, wish: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGCONT)
            os.kill(self.pid, wish)
        deadline = time.monotonic() + 30
        while alive(self.pid):
            if time.monotonic() > deadline:
                os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.05)

    @property
    def _properties(self) -> Path:
        return self._folder / "server.properties"

    def _format(self) -> None:
        if self._properties.exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        settings = {
            "process.roles": "broker,controller",
            "node.id": "1",
            "controller.quorum.voters": f"1@127.0.0.1:{self._controller}",
            "listeners": f"PLAINTEXT://{self.address},CONTROLLER://127.0.0.1:{self._controller}",
            "advertised.listeners": f"PLAINTEXT://{self.address}",
            "controller.listener.names": "CONTROLLER",
            "log.dirs": str(self._folder / "data"),
            "num.partitions": "12",
            "auto.create.topics.enable": "false",
            "offsets.topic.replication.factor": "1",
            "offsets.topic.num.partitions": "3",
            "transaction.state.log.replication.factor": "1",
            "transaction.state.log.num.partitions": "3",
            "transaction.state.log.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            "group.min.session.timeout.ms": "1000",
            "broker.session.timeout.ms": "2000",
            "broker.heartbeat.interval.ms": "500",
        }
        partial = self._properties.with_suffix(".partial")
        partial.write_text("".join(f"{name}={value}\n" for name, value in settings.items()))
        command = [*_java("64m", "128m"), "kafka.tools.StorageTool", "format"]
        subprocess.run(
            [*command, "-t", _STORAGE_ID, "-c", str(partial)], check=True, capture_output=True
        )
        partial.rename(self._properties)


def shared_broker() -> str:
    """The address of the session's broker: named, of Maven's jars, or in Docker; ``NoBroker``."""
    named = os.environ.get("OPENTAS_TEST_KAFKA")
    return named or str(session.shared("kafka", _start)["address"])


def own_broker(folder: Path) -> Broker:
    """A broker not shared with other tests; ``NoBroker`` where Java or Maven is missing."""
    fetch_jars()
    return Broker(folder)


def _start() -> dict[str, object]:
    try:
        fetch_jars()
    except NoBroker as missing:
        return start_in_docker(missing)
    broker = Broker(session.folder() / "kafka").start()
    return {"address": broker.address, "pid": broker.pid}


def fetch_jars() -> None:
    """Copy the jars into ``.build/`` once."""
    with session.lock("kafka-jars", _JARS.parent):
        if (_JARS / "complete").exists():
            return
        for program in ("java", "mvn"):
            if shutil.which(program) is None:
                raise NoBroker(f"{program} is not on this machine")
        outcome = subprocess.run(
            [
                *("mvn", "-q", "-B", "-f", str(_HERE / "kafka-jars.xml")),
                *("dependency:copy-dependencies", "-DincludeScope=runtime"),
                f"-DoutputDirectory={_JARS}",
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if outcome.returncode != 0:
            raise NoBroker(f"Maven could not fetch Apache Kafka's jars: {outcome.stdout[-500:]}")
        (_JARS / "complete").touch()


def _java(least: str, most: str) -> list[str]:
    return [
        *("java", f"-Xms{least}", f"-Xmx{most}", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
        f"-Dlog4j2.configurationFile={_HERE / 'kafka-log4j2.xml'}",
        *("-cp", f"{_JARS}/*"),
    ]
