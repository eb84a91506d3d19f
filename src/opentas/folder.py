"""The project's data folder: where it is, who uses it now, and where that one answers."""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Running:
    """The product that runs on a data folder."""

    pid: int
    url: str
    database_url: str


class InUse(Exception):
    """Another process uses the data folder; ``running`` says where it answers, if it does yet."""

    def __init__(self, folder: Path, running: Running | None) -> None:
        where = f" at {running.url} (process {running.pid})" if running else ""
        super().__init__(f"OpenTAS is already running on {folder}{where}.")
        self.running = running


def data_folder() -> Path:
    """``OPENTAS_DATA_DIR``, else ``.data`` of the checkout, else ``.data`` of where one stands."""
    named = os.environ.get("OPENTAS_DATA_DIR")
    if named:
        return Path(named).expanduser().resolve()
    checkout = Path(__file__).resolve().parents[2]
    root = checkout if (checkout / "pyproject.toml").exists() else Path.cwd()
    return root / ".data"


class Claim:
    """The exclusive use of a data folder; ends with the process, however that ends."""

    def __init__(self, folder: Path, file: TextIO) -> None:
        self.folder = folder
        self._file = file

    def announce(self, running: Running) -> None:
        """Tell other commands on this folder where the product answers."""
        note = _note(self.folder)
        partial = note.with_suffix(".partial")
        partial.unlink(missing_ok=True)
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(asdict(running)))
        partial.rename(note)


@contextmanager
def claim(folder: Path) -> Iterator[Claim]:
    """Use the folder alone; ``InUse`` when another process does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(folder, _read(folder)) from None
        _note(folder).unlink(missing_ok=True)
        try:
            yield Claim(folder, file)
        finally:
            _note(folder).unlink(missing_ok=True)


def running(folder: Path) -> Running | None:
    """The product that runs on the folder now, else ``None``."""
    found = _read(folder)
    if found is None:
        return None
    try:
        with (folder / "lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return found
    except FileNotFoundError:
        return None
    return None


def _note(folder: Path) -> Path:
    return folder / "running.json"


def _read(folder: Path) -> Running | None:
    try:
        return Running(**json.loads(_note(folder).read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None
