"""The file of failed rows: their own columns, their line and why, to be mended and imported."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

from opentas.importing.problems import Unusable
from opentas.importing.rows import LINE, REASON

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from opentas.importing.rows import Row, Source


def write(path: Path, source: Source, failed: Iterable[tuple[Row, str]]) -> None:
    """Write the failed rows in the form and order of their source, whole or not at all."""
    partial = path.with_name(f"{path.stem}.partial{path.suffix}")
    width = len(source.columns)
    try:
        with source.form.open(partial, "w") as file:
            writer = csv.writer(file, delimiter=source.form.delimiter, lineterminator="\n")
            writer.writerow([*source.columns, LINE, REASON])
            for row, reason in sorted(failed, key=lambda entry: entry[0].line):
                cells = [*row.cells, *("",) * (width - len(row.cells))]
                writer.writerow([*cells, row.line, reason])
        partial.replace(path)
    except OSError as error:
        raise Unusable(f"{path} cannot be written: {error.strerror}.") from None
