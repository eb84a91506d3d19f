"""Reading a CSV file, plain or gzipped, row by row, without losing what is wrong with a row."""

from __future__ import annotations

import codecs
import csv
import gzip
import sys
import zlib
from dataclasses import dataclass, field
from string import Formatter
from typing import TYPE_CHECKING, Any, TextIO

from opentas.importing.problems import BadRow, Unusable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LINE, REASON = "import_line", "import_reason"
"""Columns that a file of failed rows has besides those of its source."""
ADDED = frozenset({LINE, REASON})


@dataclass(frozen=True)
class Form:
    """How a CSV file is written."""

    encoding: str = "utf-8"
    delimiter: str = ","

    def open(self, path: Path, mode: str) -> TextIO:
        """Open a file, plain or gzipped.

        Bytes that are no text survive as surrogates, so that only their own row is bad.
        """
        encoding = self.encoding
        if mode == "r" and codecs.lookup(encoding).name == "utf-8":
            encoding = "utf-8-sig"
        opened: Any = gzip.open if path.suffix == ".gz" else open
        file: TextIO = opened(
            path, f"{mode}t", encoding=encoding, errors="surrogateescape", newline=""
        )
        return file


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """One record: the line on which it starts, its cells as they stand, and its values by column.

    ``values`` is empty where the cells do not fit the columns. Every row is itself alone, however
    equal another one is.
    """

    line: int
    cells: tuple[str, ...]
    values: dict[str, str]


@dataclass
class Source:
    """A file that was read: ``rows`` are sound in form, ``broken`` ones are not, with the reason.

    Columns and cells that an earlier file of failed rows added are left out.
    """

    path: Path
    form: Form = Form()
    columns: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    broken: list[tuple[Row, str]] = field(default_factory=list)

    @property
    def read(self) -> int:
        """How many rows the file has."""
        return len(self.rows) + len(self.broken)


def read(path: Path, needed: Iterable[str], wanted_by: str, form: Form = Form()) -> Source:
    """Read the whole file; ``Unusable`` names the columns that ``wanted_by`` needs and it lacks."""
    source = Source(path, form)
    try:
        records = _records(path, form)
        header = next(records, None)
        if header is None:
            raise Unusable(f"{path} is empty: its first line must name the columns.")
        names = [name.strip() for name in header[1]]
        _check_header(path, names, needed, wanted_by)
        kept = [place for place, name in enumerate(names) if name not in ADDED]
        source.columns = tuple(names[place] for place in kept)
        for line, cells in records:
            _take(source, line, cells, len(names), kept)
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unusable(f"{path} cannot be read: {reason}.") from None
    except csv.Error as error:
        raise Unusable(f"{path} is no CSV file: {error}.") from None
    return source


def value(row: Row, column: str) -> str:
    """The value of a column without surrounding blanks; ``BadRow`` where it is empty."""
    text = row.values[column].strip()
    if not text:
        raise BadRow(f"{column} is empty.")
    return text


def filled(template: str, row: Row) -> str:
    """The template with the values of the row; ``BadRow`` where a column in it is empty."""
    return template.format_map({name: value(row, name) for name in columns_of(template)})


def columns_of(template: str) -> list[str]:
    """The columns that stand in braces in a template."""
    return [name for _, name, _, _ in Formatter().parse(template) if name is not None]


def _records(path: Path, form: Form) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(sys.maxsize)
    with form.open(path, "r") as file:
        records = csv.reader(file, delimiter=form.delimiter)
        start = 1
        for cells in records:
            if cells:
                yield start, cells
            start = records.line_num + 1


def _check_header(path: Path, names: list[str], needed: Iterable[str], wanted_by: str) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Unusable(f"{path} has more than one column named {', '.join(twice)}.")
    missing = [name for name in dict.fromkeys(needed) if name not in names]
    if missing:
        raise Unusable(
            f"{path} lacks the {_columns(missing)} that the mapping {wanted_by} needs; "
            f"it has {', '.join(names)}."
        )


def _columns(missing: list[str]) -> str:
    return f"column{'s' if len(missing) > 1 else ''} {', '.join(missing)}"


def _take(source: Source, line: int, cells: list[str], width: int, kept: list[int]) -> None:
    own = tuple(cells[place] for place in kept if place < len(cells))
    if len(cells) != width:
        reason = f"It has {len(cells)} values for {width} columns."
        source.broken.append((Row(line, own, {}), reason))
        return
    row = Row(line, own, dict(zip(source.columns, own, strict=True)))
    if any(not cell.isascii() and _has_surrogates(cell) for cell in own):
        reason = f"It holds bytes that are no text in {source.form.encoding}."
        source.broken.append((row, reason))
    else:
        source.rows.append(row)


def _has_surrogates(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
