"""What the workers of one test session share: a folder, locks, and servers that end with it."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_VARIABLE = "OPENTAS_TEST_SESSION"
PROJECT = Path(__file__).resolve().parents[2]


def begin() -> None:
    """Create the folder of the session, once, in the process that starts the workers."""
    if _VARIABLE not in os.environ:
        folder = Path(tempfile.mkdtemp(prefix="opentas-tests-"))
        folder.chmod(0o711)
        os.environ[_VARIABLE] = str(folder)
        _reap(folder)


def folder() -> Path:
    """The folder of the session."""
    return Path(os.environ[_VARIABLE])


@contextmanager
def lock(name: str, where: Path | None = None) -> Iterator[None]:
    """One worker at a time."""
    place = where or folder()
    place.mkdir(parents=True, exist_ok=True)
    with (place / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def shared(name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """The result of ``make``, called by the first worker that asks.

    A key ``pid`` names a server that is stopped when the session ends, however it ends.
    """
    note = folder() / f"{name}.json"
    with lock(name):
        if not note.exists():
            made = make()
            partial = note.with_suffix(".partial")
            partial.write_text(json.dumps(made))
            partial.rename(note)
        result: dict[str, Any] = json.loads(note.read_text())
        return result


def _reap(folder: Path) -> None:
    """A process of its own that outlives a killed session and stops its servers."""
    subprocess.Popen(
        [sys.executable, str(Path(__file__).with_name("reaper.py")), str(os.getpid()), str(folder)],
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def end() -> None:
    """Stop what the session started; the reaper does the same for a session that was killed."""
    from tests.support import reaper

    place = folder()
    reaper.stop_servers(place)
    shutil.rmtree(place, ignore_errors=True)
    os.environ.pop(_VARIABLE, None)
