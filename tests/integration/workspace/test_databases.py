"""Databases are created when they are missing, also by several processes at once."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import make_url

from opentas.databases import ServerUnreachable, create_database
from opentas.services import service
from opentas_shared.persistence.database import Database
from opentas_shared.persistence.migrations import at_head

if TYPE_CHECKING:
    from tests.support.postgres import Postgres


def test_several_processes_create_and_migrate_at_the_same_time(
    postgres: Postgres, tmp_path: Path
) -> None:
    name = f"opentas_test_{uuid4().hex[:12]}"
    environment = {
        **os.environ,
        "OPENTAS_DATA_DIR": str(tmp_path),
        "OPENTAS_DATABASE_URL": postgres.url,
        "OPENTAS_LEAD_DATABASE": name,
    }
    try:
        command = [str(Path(sys.executable).with_name("opentas")), "migrate", "lead"]
        running = [subprocess.Popen(command, env=environment) for _ in range(3)]
        assert [each.wait(120) for each in running] == [0, 0, 0]
        database = Database(postgres.database_url(name))
        assert at_head(database, service("lead").migrations)
        database.close()
    finally:
        postgres.drop(name)


def test_a_server_that_does_not_answer_is_named() -> None:
    with pytest.raises(ServerUnreachable, match=r"127\.0\.0\.1:1/none cannot be used"):
        create_database("postgresql://opentas:secret@127.0.0.1:1/none", patience=0)


def test_a_wrong_password_is_said_at_once_and_not_shown(postgres: Postgres) -> None:
    url = make_url(postgres.url).set(password="wrong-secret", database="postgres")
    with pytest.raises(ServerUnreachable, match="authentication failed") as refused:
        create_database(url.render_as_string(hide_password=False), patience=60)
    assert "wrong-secret" not in str(refused.value)
