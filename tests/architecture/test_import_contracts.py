"""The import contracts of architecture.md hold, and each of them bites."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.support.session import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

SERVICES = ("lead", "opportunity", "approval", "metrics")
SOURCES = {
    "opentas": "src",
    "opentas_shared": "libs/shared/src",
    **{f"{name}_service": f"services/{name}-service/src" for name in SERVICES},
}


class Plant(NamedTuple):
    """A line planted in a module, and the contract that must refuse it."""

    contract: str
    module: str
    line: str


PLANTS = [
    Plant("services", "lead_service.commands.planted", "import opportunity_service"),
    Plant("services", "opentas_shared.web.planted", "import lead_service"),
    Plant("services", "metrics_service.planted", "import opentas"),
    Plant("layers", "lead_service.commands.planted", "import lead_service.api"),
    Plant("layers", "opportunity_service.domain.planted", "import opportunity_service.publishing"),
    Plant("layers", "approval_service.read_models.planted", "import approval_service.commands"),
    Plant("layers", "approval_service.reactions", "import approval_service.main"),
    Plant("layers", "metrics_service.reports.planted", "import metrics_service.api"),
    Plant("layers", "lead_service.configuration.planted", "import lead_service.commands"),
    Plant("domain", "lead_service.domain.planted", "import sqlalchemy"),
    Plant("domain", "approval_service.domain.planted", "import opentas_shared.persistence"),
    Plant("domain", "opportunity_service.domain.planted", "import opportunity_service.settings"),
    Plant("eventsourcing", "lead_service.domain.planted", "from eventsourcing import domain"),
    Plant("eventsourcing", "opentas_shared.web.planted", "import eventsourcing.domain"),
    Plant("contracts", "opentas_shared.contracts.planted", "import sqlalchemy"),
    Plant("contracts", "opentas_shared.contracts.planted", "import opentas_shared.domain.money"),
    Plant("kafka", "opentas_shared.messaging.planted", "import kafka"),
    Plant("kafka", "metrics_service.planted", "from kafka import KafkaConsumer"),
]


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of all source code with the contracts."""
    copy = tmp_path_factory.mktemp("tree")
    for source in SOURCES.values():
        shutil.copytree(
            PROJECT / source, copy / source, ignore=shutil.ignore_patterns("__pycache__")
        )
    shutil.copytree(PROJECT / "tests" / "architecture", copy / "tests" / "architecture")
    (copy / "tests" / "__init__.py").touch()
    shutil.copy(PROJECT / ".importlinter", copy)
    return copy


def lint(tree: Path, *arguments: str) -> tuple[int, str]:
    paths = os.pathsep.join(str(tree / source) for source in SOURCES.values())
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    outcome = subprocess.run(
        [sys.executable, "-c", command, "--no-cache", *arguments],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": paths},
        capture_output=True,
        text=True,
        check=False,
    )
    return outcome.returncode, outcome.stdout + outcome.stderr


def test_the_contracts_hold(tree: Path) -> None:
    code, said = lint(tree)
    assert code == 0, said


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: f"{plant.contract}-{plant.module}")
def test_a_planted_violation_is_caught(tree: Path, plant: Plant) -> None:
    package, *parts = plant.module.split(".")
    module = tree / SOURCES[package] / package
    module = module.joinpath(*parts[:-1], f"{parts[-1]}.py")
    before = module.read_text() if module.exists() else None
    new_folders = [folder for folder in module.parents if not folder.exists()]
    module.parent.mkdir(parents=True, exist_ok=True)
    for folder in new_folders:
        (folder / "__init__.py").touch()
    module.write_text(f"{before or ''}\n{plant.line}\n")
    try:
        code, said = lint(tree, "--contract", plant.contract)
    finally:
        module.unlink() if before is None else module.write_text(before)
    assert code == 1, said
    assert "BROKEN" in said
    assert plant.module in said
