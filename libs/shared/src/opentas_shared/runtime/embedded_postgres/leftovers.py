"""What a killed runner leaves behind: a server that still runs, or its stale pid file."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

from opentas_shared.runtime.embedded_postgres.errors import EmbeddedPostgresFailed

if TYPE_CHECKING:
    from pathlib import Path

_NO_SUCH_PID = 2**31 - 1


def clear(data: Path) -> None:
    """Stop a server that still runs on ``data``, or make its stale pid file harmless.

    The caller holds the lock of the data folder, so whatever runs there belongs to a runner that
    was killed. The pid file is not removed: PostgreSQL itself still has to see from it that no
    process of the dead server holds its shared memory.
    """
    pid_file = data / "postmaster.pid"
    try:
        lines = pid_file.read_text().splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return
    if _is_postmaster(pid, data):
        stop(pid)
    elif _alive(pid):
        pid_file.write_text("\n".join([str(_NO_SUCH_PID), *lines[1:]]) + "\n")


def stop(pid: int, patience: float = 30.0) -> None:
    """Fast shutdown of the server with this pid, immediate shutdown when it takes too long."""
    for wish, limit in ((signal.SIGINT, patience), (signal.SIGQUIT, 10.0)):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, wish)
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            if not _alive(pid):
                return
            time.sleep(0.02)
    raise EmbeddedPostgresFailed(f"PostgreSQL (pid {pid}) does not stop.")


def _alive(pid: int) -> bool:
    """Whether the process exists and is not merely waiting to be reaped by its parent."""
    with contextlib.suppress(ChildProcessError):
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat") as stat:
        return stat.read().rsplit(")", 1)[-1].split()[0] != "Z"
    return True


def _is_postmaster(pid: int, data: Path) -> bool:
    if not _alive(pid):
        return False
    try:
        return os.path.samefile(f"/proc/{pid}/cwd", data)
    except OSError:
        listing = subprocess.run(
            ["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        return str(data) in listing.stdout and "postgres" in listing.stdout
