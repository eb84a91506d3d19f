"""The configuration that a process works with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opentas_shared.runtime.configuration import Configured, read_file
from opentas_shared.runtime.settings import SharedSettings, WrongSetting

if TYPE_CHECKING:
    from pathlib import Path


def test_without_a_start_the_settings_of_the_environment_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENTAS_BASE_CURRENCY", "EUR")
    configured = Configured(SharedSettings, lambda settings: settings.base_currency)
    assert configured() == "EUR"


def test_what_the_start_put_in_force_stays() -> None:
    configured = Configured(SharedSettings, lambda settings: settings.base_currency)
    assert configured.use(SharedSettings(base_currency="USD")) == "USD"
    assert configured() == "USD"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"a: [", "is no YAML file"),
        (b"\xff\xfe\xff", "is no YAML file"),
        (b"a: x", "is wrong at a: "),
        (b"[1]", "is wrong at its root: "),
    ],
)
def test_a_wrong_file_is_named_with_its_fault(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "own.yaml"
    path.write_bytes(content)
    with pytest.raises(WrongSetting) as stopped:
        read_file(path, dict[str, int])
    assert str(stopped.value).startswith(f"{path} {sentence}")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match=r"none\.yaml cannot be read: No such file"):
        read_file(tmp_path / "none.yaml", dict[str, int])
