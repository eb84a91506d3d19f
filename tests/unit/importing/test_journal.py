"""The local state of an interrupted import."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opentas.importing.journal import Journal
from opentas.importing.problems import Unusable

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_confirmed_is_known_after_a_kill(tmp_path: Path) -> None:
    path = tmp_path / "state" / "a.jsonl"
    first = Journal(path, "mark")
    first.open()
    first.confirm({"a": ["1", None], "b": ["2", "3"]})
    with path.open("a") as torn:
        torn.write('{"c": ["4",')
    again = Journal(path, "mark")
    again.open()
    assert again.entries == {"a": ["1", None], "b": ["2", "3"]}
    again.confirm({"d": ["5", None]})
    third = Journal(path, "mark")
    third.open()
    assert list(third.entries) == ["a", "b", "d"]


def test_it_belongs_to_one_import(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    Journal(path, "one").open()
    with pytest.raises(Unusable, match="belongs to another import"):
        Journal(path, "two").open()


def test_it_is_gone_when_the_import_is_finished_and_empty_when_it_is_distrusted(
    tmp_path: Path,
) -> None:
    journal = Journal(tmp_path / "a.jsonl", "mark")
    journal.open()
    journal.confirm({"a": ["1", None]})
    journal.forget()
    assert journal.entries == {}
    assert journal.path.exists()
    journal.finish()
    assert not journal.path.exists()
