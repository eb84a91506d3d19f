"""The story for a newcomer: it plays through the API, and twice is once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.live import LiveProduct

OPENTAS = str(Path(sys.executable).with_name("opentas"))


@pytest.mark.timeout(600)
def test_the_story_can_be_played_twice(
    live_product: Callable[..., LiveProduct], tmp_path: Path
) -> None:
    product = live_product("direct")

    def play() -> str:
        outcome = subprocess.run(
            [OPENTAS, "demo", "--url", product.url],
            cwd=tmp_path,
            env={**os.environ, "OPENTAS_DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert outcome.returncode == 0, outcome.stderr
        product.settle()
        return outcome.stdout

    def stored() -> dict[str, int]:
        return {part.service.name: part.resources.events.head() for part in product.product.parts}

    said = play()
    assert "VALIDATE_OPPORTUNITY" in said
    client = product.client()
    funnel = client.get("/v1/metrics/funnel").json()
    assert funnel["opened"] == 28
    assert min(funnel["open"], funnel["won"], funnel["lost"]) > 5
    approvals = client.get("/v1/metrics/approvals").json()["total"]
    assert approvals["approved"] > 50
    assert approvals["rejected"] == 2
    assert min(approvals["open"], approvals["resubmissions"]) >= 2
    inbox = product.client("zhao.min").get("/v1/tasks", params={"box": "pending"}).json()
    assert inbox["items"]
    before = stored()
    assert play().splitlines()[-3:] == said.splitlines()[-3:]
    assert stored() == before
