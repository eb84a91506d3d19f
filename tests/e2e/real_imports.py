"""``opentas import`` of real history into a running product, for the tests of its figures."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import func, select

from opentas_shared.persistence.tables import events

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.live import LiveProduct

OPENTAS = str(Path(sys.executable).with_name("opentas"))
OLIST, BPIC = "leads-olist", "opportunities-bpic2012"
APPROVALS = "approvals-bpic2020"
TRANSPORTS = ["direct", pytest.param("kafka", marks=pytest.mark.kafka)]


def close(places: int) -> Callable[[float], Any]:
    """Equal to the digits that the figures are given with."""
    return lambda value: pytest.approx(value, abs=0.51 * 10**-places)


days, rate = close(4), close(6)


class Importer:
    """``opentas import`` as a process of its own."""

    def __init__(self, product: LiveProduct, data: Path, folder: Path) -> None:
        self.folder = folder
        self.data = data
        self.environment = {
            **os.environ,
            "OPENTAS_TOKEN": product.token(),
            "OPENTAS_DATA_DIR": str(folder / "data"),
        }
        self.url = product.url

    @property
    def leads(self) -> list[str]:
        """The arguments that import Olist."""
        folder = self.data / OLIST
        leads = folder / "olist_marketing_qualified_leads_dataset.csv"
        deals = folder / "olist_closed_deals_dataset.csv"
        return ["leads", str(leads), "--deals", str(deals), "--mapping", "olist"]

    @property
    def events(self) -> list[str]:
        """The arguments that import BPIC 2012."""
        file = self.data / BPIC / "bpic2012_events_A_O.csv.gz"
        return ["opportunities", str(file), "--mapping", "bpic2012"]

    def approvals(self, name: str, mapping: str) -> list[str]:
        """The arguments that import a file of BPIC 2020."""
        file = self.data / APPROVALS / f"bpic2020_{name}_events.csv.gz"
        return ["approvals", str(file), "--mapping", mapping]

    def start(self, arguments: list[str]) -> subprocess.Popen[str]:
        """Start an import in the folder of the test."""
        return subprocess.Popen(
            [OPENTAS, "import", *arguments, "--url", self.url],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, arguments: list[str]) -> dict[str, int]:
        """Import; the counts of the report."""
        process = self.start(arguments)
        said, wrong = process.communicate(timeout=900)
        assert process.returncode == 0, said + wrong
        assert not list(self.folder.glob("*.failed.csv"))
        print(f"\n{arguments[0]}: {said.splitlines()[-1]}")
        counts: dict[str, int] = {}
        for line in said.splitlines():
            name, _, count = line.strip().rpartition(" ")
            if count.isdigit():
                counts[name.strip()] = counts.get(name.strip(), 0) + int(count)
        return counts

    def kill_at(self, arguments: list[str], confirmed: int) -> None:
        """Kill an import when its journal has about so many entries."""
        process = self.start(arguments)
        while process.poll() is None and not any(
            journal.stat().st_size > confirmed * 60 for journal in self.journals()
        ):
            time.sleep(0.005)
        process.kill()
        process.communicate()
        assert process.returncode == -9, "the import ended before it could be killed"

    def journals(self) -> list[Path]:
        """The states of interrupted imports."""
        return list((self.folder / "data" / "imports").glob("*.jsonl"))


def settled(product: LiveProduct) -> None:
    """Wait until the metrics know everything; say how long that took after the import."""
    since = time.monotonic()
    product.settle(600)
    print(f"metrics were complete {time.monotonic() - since:.1f} s after the import")


def ask(product: LiveProduct, report: str, **parameters: str) -> dict[str, Any]:
    answer = product.client().get(f"/v1/metrics/{report}", params=parameters)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def stored(product: LiveProduct) -> dict[str, int]:
    """How many events each service has recorded."""
    return {part.service.name: part.resources.events.head() for part in product.product.parts}


def recorded(product: LiveProduct, service: str) -> dict[str, int]:
    """How many events of each kind a service has recorded."""
    statement = select(events.c.topic, func.count()).group_by(events.c.topic)
    with product.product.part(service).resources.database.read() as connection:
        return {topic: count for topic, count in connection.execute(statement)}
