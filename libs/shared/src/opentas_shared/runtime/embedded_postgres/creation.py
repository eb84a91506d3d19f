"""Creating the data of the embedded PostgreSQL, once and whole."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from typing import TYPE_CHECKING

from opentas_shared.runtime.embedded_postgres.errors import EmbeddedPostgresFailed

if TYPE_CHECKING:
    from pathlib import Path

    from opentas_shared.runtime.embedded_postgres.placement import Placement

USER = "opentas"
"""The only database user; its password stands in a file that its owner alone can read."""


def create(placement: Placement, password_file: Path, *, durable: bool) -> None:
    """Run initdb unless the data are there.

    It works beside the final place and renames at the end, so that a kill leaves nothing half
    done. ``EmbeddedPostgresFailed`` when initdb fails or the password of existing data is lost.
    """
    data, account = placement.data, placement.account
    if (data / "PG_VERSION").exists():
        if password_file.exists():
            return
        raise EmbeddedPostgresFailed(
            f"{password_file} is missing, but {data} holds a database: put the file back, or "
            "move the database away to begin anew."
        )
    fresh = data.with_name("postgres.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    secret = secrets.token_hex(24)
    given = _secret_file(data.with_name("postgres.new-password"), secret)
    for path in (fresh, given):
        os.chown(path, account.uid, account.gid)
    outcome = subprocess.run(
        [
            str(placement.binaries / "bin" / "initdb"),
            *("-D", str(fresh), "-U", USER, "--auth=scram-sha-256", f"--pwfile={given}"),
            *("--encoding=UTF8", "--locale=C", "--locale-provider=builtin"),
            "--builtin-locale=C.UTF-8",
            *([] if durable else ["--no-sync"]),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd="/",
        check=False,
        **account.identity(),
    )
    given.unlink()
    if outcome.returncode != 0:
        raise EmbeddedPostgresFailed(f"The database could not be created:\n{outcome.stdout}")
    _secret_file(password_file, secret)
    fresh.rename(data)


def _secret_file(path: Path, secret: str) -> Path:
    path.unlink(missing_ok=True)
    path.touch(mode=0o600)
    path.write_text(secret)
    return path
