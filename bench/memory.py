"""(d) The memory of the product at rest, with its PostgreSQL."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bench.figures import Row
from bench.product import product

if TYPE_CHECKING:
    from collections.abc import Iterator

    import psutil

    from bench.surroundings import Surroundings

TITLE = "(d) memory at rest"
AIM_MIB = 400
REST_SECONDS = 15.0


def measure(surroundings: Surroundings) -> Iterator[Row]:
    """Proportional set size: pages that several processes share are counted once."""
    with product(surroundings) as running:
        surroundings.say("letting the product rest")
        time.sleep(1 if surroundings.quick else REST_SECONDS)
        ours = _pss(running.process)
        servers = [_pss(child) for child in running.process.children(recursive=True)]
    total = ours + sum(servers)
    yield Row("opentas up and its PostgreSQL", f"{total:.0f} MiB", aim=f"< {AIM_MIB} MiB")
    yield Row("  the process with the four services", f"{ours:.0f} MiB")
    yield Row(f"  the {len(servers)} processes of PostgreSQL", f"{sum(servers):.0f} MiB")


def _pss(process: psutil.Process) -> float:
    return float(process.memory_full_info().pss) / 1024**2
