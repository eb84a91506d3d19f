"""What the target has confirmed, in a local file, so that a killed import goes on where it was."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, TextIO

from opentas.importing.problems import Unusable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from opentas.importing.mapping import Mapping


def fingerprint(url: str, files: Iterable[Path], mapping: Mapping) -> str:
    """What makes two imports the same: the address, the bytes of the files, the mapping."""
    digest = hashlib.sha256(f"{url} {mapping.model_dump_json()}".encode())
    for file in files:
        with file.open("rb") as content:
            digest.update(hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()


class Journal:
    """Keeps an entry per confirmed item: its key and what the target said of it."""

    def __init__(self, path: Path, mark: str) -> None:
        self.path = path
        self._mark = mark
        self._file: TextIO | None = None
        self.entries: dict[str, Any] = {}

    def open(self) -> None:
        """Read what an interrupted run of the same import left; ``Unusable`` if it is another's."""
        try:
            if self.path.exists():
                self._read()
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("a", encoding="utf-8")
        except OSError as error:
            raise Unusable(
                f"The state of the import cannot be kept in {self.path}: {error.strerror}. "
                "Name another file with --state."
            ) from None
        if self.path.stat().st_size == 0:
            self._write({"import": self._mark})

    def confirm(self, entries: dict[str, Any]) -> None:
        """Keep what the target confirmed in one request."""
        self.entries |= entries
        self._write(entries)

    def forget(self) -> None:
        """Begin anew: the target does not know what was confirmed."""
        self.entries = {}
        self.close()
        self.path.unlink(missing_ok=True)
        self.open()

    def close(self) -> None:
        """Close the file; it stays for the next run."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def finish(self) -> None:
        """Nothing is left to do: the file goes."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _read(self) -> None:
        lines = self.path.read_text("utf-8").split("\n")
        # What follows the last line break was cut off by a kill.
        kept, torn = lines[:-1], lines[-1]
        try:
            records = [json.loads(line) for line in kept]
        except ValueError:
            records = [{}]
        if records and records[0].get("import") != self._mark:
            raise Unusable(
                f"{self.path} belongs to another import (other files, mapping or address): "
                "name another file with --state, or delete it."
            )
        for record in records[1:]:
            self.entries |= record
        if torn or not records:
            self.path.write_text("".join(f"{line}\n" for line in kept), "utf-8")

    def _write(self, record: dict[str, Any]) -> None:
        if self._file is not None:
            self._file.write(json.dumps(record) + "\n")
            self._file.flush()
