"""Waits for the end of a test session and stops the servers it left: ``reaper.py PID FOLDER``."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import sys
import time
from pathlib import Path


def stop_servers(folder: Path) -> None:
    """Stop every server noted in the folder, and wait until it is gone."""
    pids = [json.loads(note.read_text()).get("pid") for note in folder.glob("*.json")]
    for wish, patience in ((signal.SIGINT, 10.0), (signal.SIGKILL, 5.0)):
        deadline = time.monotonic() + patience
        for pid in filter(None, pids):
            with contextlib.suppress(OSError):
                os.kill(pid, wish)
        while any(pid and alive(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.05)


def alive(pid: int) -> bool:
    """Whether the process exists and is not a zombie."""
    with contextlib.suppress(ChildProcessError):
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[-1].split()[0] != "Z"
    return True


if __name__ == "__main__":
    session, left = int(sys.argv[1]), Path(sys.argv[2])
    while alive(session) and left.exists():
        time.sleep(0.5)
    if left.exists():
        stop_servers(left)
        shutil.rmtree(left, ignore_errors=True)
