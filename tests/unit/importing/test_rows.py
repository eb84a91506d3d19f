"""Reading CSV files and writing the file of failed rows."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from opentas.importing import failed
from opentas.importing.problems import BadRow, Unusable
from opentas.importing.rows import Form, filled, read, value

if TYPE_CHECKING:
    from pathlib import Path


def written(folder: Path, text: str | bytes, name: str = "rows.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_rows_have_values_by_column_and_the_line_on_which_they_start(tmp_path: Path) -> None:
    path = written(tmp_path, 'a,b\n1,2\n\n"two\nlines",4\n5,6\n')
    source = read(path, ["b"], "m")
    assert source.columns == ("a", "b")
    assert [(row.line, row.values["a"]) for row in source.rows] == [
        (2, "1"),
        (4, "two\nlines"),
        (6, "5"),
    ]
    assert source.read == 3


def test_a_byte_order_mark_and_blanks_around_the_names_do_not_matter(tmp_path: Path) -> None:
    source = read(written(tmp_path, "\ufeffa , b\n1,2\n"), ["a", "b"], "m")
    assert source.rows[0].values == {"a": "1", "b": "2"}


def test_a_gzipped_file_is_read_like_a_plain_one(tmp_path: Path) -> None:
    source = read(written(tmp_path, gzip.compress(b"a\nx\n"), "rows.csv.gz"), ["a"], "m")
    assert source.rows[0].values == {"a": "x"}


def test_a_truncated_gzip_is_a_sentence(tmp_path: Path) -> None:
    path = written(tmp_path, gzip.compress(b"a\n" + b"x\n" * 999)[:-12], "rows.csv.gz")
    with pytest.raises(Unusable, match=r"rows\.csv\.gz cannot be read"):
        read(path, ["a"], "m")


def test_a_file_that_is_no_gzip_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="cannot be read"):
        read(written(tmp_path, "a\nx\n", "rows.csv.gz"), ["a"], "m")


def test_missing_columns_are_named_with_those_that_are_there(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="lacks the columns b, c that the mapping m needs; it has a"):
        read(written(tmp_path, "a\n1\n"), ["a", "b", "c"], "m")


def test_an_empty_file_and_doubled_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="is empty"):
        read(written(tmp_path, ""), [], "m")
    with pytest.raises(Unusable, match="more than one column named a"):
        read(written(tmp_path, "a,a\n"), [], "m")


def test_rows_of_another_width_and_foreign_bytes_are_broken_alone(tmp_path: Path) -> None:
    source = read(written(tmp_path, b"a,b\n1\n1,2\n1,2,3\n\xff,2\n"), ["a"], "m")
    assert [row.line for row in source.rows] == [3]
    assert [(row.line, reason) for row, reason in source.broken] == [
        (2, "It has 1 values for 2 columns."),
        (4, "It has 3 values for 2 columns."),
        (5, "It holds bytes that are no text in utf-8."),
    ]


def test_a_file_of_failed_rows_keeps_cells_and_can_be_read_again(tmp_path: Path) -> None:
    source = read(written(tmp_path, 'a,b\n1,"x, y"\n2,z\n'), ["a"], "m")
    path = tmp_path / "failed.csv"
    failed.write(path, source, [(source.rows[1], "why, indeed"), (source.rows[0], "so")])
    assert path.read_text() == (
        'a,b,import_line,import_reason\n1,"x, y",2,so\n2,z,3,"why, indeed"\n'
    )
    again = read(path, ["a"], "m")
    assert again.columns == source.columns
    assert [row.cells for row in again.rows] == [("1", "x, y"), ("2", "z")]


def test_values_are_stripped_and_must_be_there(tmp_path: Path) -> None:
    row = read(written(tmp_path, "a,b\n 1 , \n"), ["a"], "m").rows[0]
    assert value(row, "a") == "1"
    assert filled("<{a}>", row) == "<1>"
    with pytest.raises(BadRow, match="b is empty"):
        value(row, "b")


def test_files_of_another_encoding_and_delimiter_keep_both(tmp_path: Path) -> None:
    form = Form("gb18030", ";")
    source = read(
        written(tmp_path, "客户;b\n江海重工;1,5\n".encode("gb18030")), ["客户"], "m", form
    )
    assert source.rows[0].values == {"客户": "江海重工", "b": "1,5"}
    path = tmp_path / "failed.csv.gz"
    failed.write(path, source, [(source.rows[0], "why")])
    assert read(path, ["客户"], "m", form).rows[0].cells == ("江海重工", "1,5")
