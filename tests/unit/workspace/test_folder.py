"""One process uses a data folder at a time, and others can find out where it answers."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from opentas.folder import InUse, Running, claim, data_folder, running

if TYPE_CHECKING:
    from pathlib import Path

HERE = Running(os.getpid(), "http://127.0.0.1:8000", "postgresql://opentas@127.0.0.1:1/")


def test_the_variable_names_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENTAS_DATA_DIR", str(tmp_path / "mine"))
    assert data_folder() == tmp_path / "mine"


def test_without_it_the_folder_lies_in_the_checkout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENTAS_DATA_DIR", raising=False)
    assert (data_folder().parent / "pyproject.toml").exists()
    assert data_folder().name == ".data"


def test_a_second_claim_says_where_the_first_one_answers(tmp_path: Path) -> None:
    with claim(tmp_path) as first:
        first.announce(HERE)
        assert running(tmp_path) == HERE
        with (
            pytest.raises(InUse, match=r"already running on .* at http://127.0.0.1:8000"),
            claim(tmp_path),
        ):
            pass
    assert running(tmp_path) is None
    with claim(tmp_path):
        pass


def test_the_note_of_a_killed_process_does_not_count(tmp_path: Path) -> None:
    killed = (
        "import os, pathlib, sys\n"
        "from opentas.folder import Running, claim\n"
        "with claim(pathlib.Path(sys.argv[1])) as claimed:\n"
        "    claimed.announce(Running(1, 'http://127.0.0.1:8000', ''))\n"
        "    os._exit(9)\n"
    )
    subprocess.run([sys.executable, "-c", killed, str(tmp_path)], check=False)
    assert (tmp_path / "running.json").exists()
    assert running(tmp_path) is None
    with claim(tmp_path):
        assert running(tmp_path) is None


def test_the_note_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    with claim(tmp_path) as claimed:
        claimed.announce(HERE)
        assert (tmp_path / "running.json").stat().st_mode & 0o077 == 0
