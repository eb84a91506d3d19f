"""The curl lines of the README, run as a newcomer would, against a product just started."""

from __future__ import annotations

import re
import signal
import subprocess
from typing import TYPE_CHECKING

from tests.support.session import PROJECT
from tests.support.up import Up, environment

if TYPE_CHECKING:
    from pathlib import Path


def test_the_story_in_curl(tmp_path: Path) -> None:
    tmp_path.chmod(0o711)
    product = Up(tmp_path / "data")
    readme = (PROJECT / "README.md").read_text()
    (story,) = re.findall(r"```bash\n(.*?)```", readme, re.DOTALL)
    told = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", story],
        cwd=PROJECT,
        env=environment(product.folder) | {"U": product.url},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    product.end(signal.SIGINT)
    assert told.returncode == 0, told.stdout + told.stderr
    lines = told.stdout.splitlines()
    assert "WON" in lines
    assert "HT-2026-001" in lines
    assert lines[-2].startswith("(1, 1, ")
    assert lines[-1].count("', 1)") == 6
