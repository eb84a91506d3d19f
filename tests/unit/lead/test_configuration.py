"""The configuration files: replaced one by one, and refused with a sentence when wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from lead_service.configuration.configured import SHIPPED, read
from lead_service.domain.errors import UnknownCode
from opentas_shared.runtime.settings import WrongSetting
from tests.unit.lead.leads import CONFIGURED

if TYPE_CHECKING:
    from pathlib import Path

UTC = ZoneInfo("UTC")


def test_defaults() -> None:
    assert len(CONFIGURED.creation.criteria) == 5
    assert CONFIGURED.mode_of("TRADE_SHOW") == "ACTIVE"
    assert CONFIGURED.mode_of("ADVERTISING") is None
    assert CONFIGURED.mode_of("") is None
    assert {name for name, codes in CONFIGURED.known.items() if not codes} == set()
    assert set(CONFIGURED.classification.classes) == CONFIGURED.known["lead-classifications"]


def test_unknown_codes_are_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownCode) as refusal:
        CONFIGURED.check("scales", "scale", "HUGE")
    assert refusal.value.violations[0].pointer == "/scale"
    assert "LARGE" in refusal.value.members["known"]


def test_a_file_of_ones_own_replaces_the_default(tmp_path: Path) -> None:
    (tmp_path / "lead-sources.yaml").write_text(
        "- {code: FAIR, labels: {zh: 展会, en: Fair}, mode: ACTIVE}\n", encoding="utf-8"
    )
    own = read(tmp_path, UTC)
    assert own.known["lead-sources"] == {"FAIR"}
    assert own.known["scales"] == CONFIGURED.known["scales"]


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("- {code: FAIR}", "0.labels"),
        ("- {code: FAIR, labels: {zh: 展会, en: Fair}, mode: LAZY}", "0.mode"),
        ("[", "is no YAML file"),
    ],
)
def test_a_wrong_file_stops_the_start_with_a_sentence(
    tmp_path: Path, content: str, place: str
) -> None:
    (tmp_path / "lead-sources.yaml").write_text(content, encoding="utf-8")
    with pytest.raises(WrongSetting, match="lead-sources") as stop:
        read(tmp_path, UTC)
    assert place in str(stop.value)


def test_boundaries_use_known_codes(tmp_path: Path) -> None:
    text = (SHIPPED / "classification.yaml").read_text("utf-8")
    wrong = text.replace("large_scales: [LARGE]", "large_scales: [HUGE]")
    (tmp_path / "classification.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(WrongSetting, match="HUGE, not among scales"):
        read(tmp_path, UTC)


def test_the_core_fields_of_a_customer() -> None:
    core = CONFIGURED.core
    assert core.owner_roles(["name", "industry"]) == ["data_steward", "marketing"]
    assert core.required == ("name", "registration_no")
    assert core.open_in == {"UNVERIFIED", "REJECTED"}


@pytest.mark.parametrize(
    ("field", "why"),
    [("name", "name stands there twice"), ("phone", "Input should be 'name'")],
)
def test_core_fields_stand_once_and_are_no_personal_data(
    tmp_path: Path, field: str, why: str
) -> None:
    text = (SHIPPED / "customers.yaml").read_text("utf-8")
    wrong = text.replace("field: legal_address", f"field: {field}")
    (tmp_path / "customers.yaml").write_text(wrong, encoding="utf-8")
    with pytest.raises(WrongSetting, match=why):
        read(tmp_path, UTC)
