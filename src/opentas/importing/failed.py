"""The file of failed rows: their own columns, their line and why, to be mended and imported."""

from __future__ import annotations

import csv
import gzip
from typing import TYPE_CHECKING

from opentas.importing.problems import Unusable
from opentas.importing.rows import LINE, REASON

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from opentas.importing.rows import Row


def write(path: Path, columns: tuple[str, ...], failed: Iterable[tuple[Row, str]]) -> None:
    """Write the failed rows in the order of the source; the file appears whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        with opened(partial, "wt", encoding="utf-8", errors="surrogateescape", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow([*columns, LINE, REASON])
            for row, reason in sorted(failed, key=lambda entry: entry[0].line):
                cells = [*row.cells, *("",) * (len(columns) - len(row.cells))]
                writer.writerow([*cells, row.line, reason])
        partial.replace(path)
    except OSError as error:
        raise Unusable(f"{path} cannot be written: {error.strerror}.") from None
