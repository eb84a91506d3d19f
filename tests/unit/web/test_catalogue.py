"""The catalogue of problems and the generated documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentas_shared.web.catalogue import catalogue, refused
from opentas_shared.web.documents import differing, documents, write
from tests.service.kit.sample import SERVICE

if TYPE_CHECKING:
    from pathlib import Path


def test_every_refusal_stands_in_it_in_both_languages() -> None:
    page = catalogue()
    for error in refused():
        assert f"`{error.code}`" in page
        assert error.title_zh
        assert error.__doc__


def test_documents_are_the_same_each_time(tmp_path: Path) -> None:
    made = documents([SERVICE])
    assert made == documents([SERVICE])
    assert differing(made, tmp_path) == ["openapi/sample-service.json", "problems.md"]
    write(made, tmp_path)
    assert differing(made, tmp_path) == []
    (tmp_path / "problems.md").write_text("old")
    assert differing(made, tmp_path) == ["problems.md"]
