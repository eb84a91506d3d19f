"""The generated documents name everything there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import typer

from opentas.docs import events
from opentas.docs.command import docs
from opentas.services import services
from opentas_shared.contracts.contract import contracts

if TYPE_CHECKING:
    from pathlib import Path


def test_every_published_type_stands_in_the_catalogue_once() -> None:
    page = events.catalogue(services())
    for name, contract in contracts().items():
        assert page.count(f"### `{name}`\n") == 1
        assert page.count(f"## `{contract.TOPIC}`\n") == 1


def test_what_all_events_of_a_topic_carry_is_said_once() -> None:
    assert events.catalogue(services()).count("| `definition_version` |") == 1


def test_a_difference_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docs(tmp_path)
    docs(tmp_path, check=True)
    (tmp_path / "events.md").write_text("older")
    with pytest.raises(typer.Exit):
        docs(tmp_path, check=True)
    assert "events.md" in capsys.readouterr().err
