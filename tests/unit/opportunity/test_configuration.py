"""Configuration files: one's own models and policies, and faults that stop the start."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opentas_shared.runtime.settings import WrongSetting
from opportunity_service.configuration.loading import SHIPPED, load_policies, load_stage_models
from opportunity_service.domain.effects.kinds import EffectKind

if TYPE_CHECKING:
    from pathlib import Path

OWN = """
code: SM-OWN
version: 3
label: {zh: 自有, en: Own}
stages:
  - {code: FIRST, label: {zh: 一, en: First}, required_fields: [customer_id]}
  - {code: SECOND, label: {zh: 二, en: Second}}
"""


def test_own_models_stand_beside_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text(OWN, "utf-8")
    models = load_stage_models(tmp_path, "SM-OWN")
    assert models.codes() == ["SM-OWN", "BPIC2012", "SM-AF", "SM-TAS"]
    assert models.newest().version == 3
    assert models.newest().stage("SECOND").order == 2


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("FIRST", "SECOND"), "a stage code occurs twice"),
        (("customer_id", "budget"), "budget cannot be required"),
        (("version: 3", "version: 0"), "version"),
        (("stages:", "steps: 1\nstages:"), "steps"),
        (("label: {zh: 自有, en: Own}", "label: {zh: 自有}"), "label.en"),
        (("code: SM-OWN", "code: ["), "is no YAML file"),
    ],
)
def test_a_wrong_model_stops_the_start(
    tmp_path: Path, change: tuple[str, str], complaint: str
) -> None:
    (tmp_path / "own.yaml").write_text(OWN.replace(*change), "utf-8")
    with pytest.raises(WrongSetting) as stopped:
        load_stage_models(tmp_path, "SM-TAS")
    assert complaint in str(stopped.value)
    assert "own.yaml" in str(stopped.value)


def test_settings_that_name_nothing(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="OPENTAS_OPPORTUNITY_STAGE_MODELS"):
        load_stage_models(tmp_path / "none", "SM-TAS")
    with pytest.raises(WrongSetting, match="OPENTAS_OPPORTUNITY_DEFAULT_STAGE_MODEL"):
        load_stage_models(None, "SM-NONE")
    with pytest.raises(WrongSetting, match="cannot be read"):
        load_policies(tmp_path / "none.yaml")


def test_own_thresholds(tmp_path: Path) -> None:
    shipped = (SHIPPED / "policies.yaml").read_text("utf-8")
    own = tmp_path / "policies.yaml"
    own.write_text(shipped.replace("above: 100000000", "above: 500"), "utf-8")
    assert load_policies(own).grading.amount_grade(501) == "A"
    own.write_text(shipped.replace("above: 100000000", "above: 500, at_least: 1"), "utf-8")
    with pytest.raises(WrongSetting, match="either at_least or above"):
        load_policies(own)


def test_the_flows_of_the_shipped_policies_are_the_fourteen() -> None:
    flows = load_policies(None).flows
    assert " ".join("-".join(flow.split("_")[1:3]) for flow in flows) == (
        "2-1 2-2 2-3 2-4 2-5 2-6 3-1 3-2 4-1 6-1 6-2 6-3 6-4 7-1"
    )
    assert {flow.effect for flow in flows.values()} == {kind.value for kind in EffectKind}
    bid = flows["tas_6_3_bid_approval"]
    assert [(item.flow[:7], item.rule) for item in bid.approved] == [
        ("tas_2_1", "R-12"),
        ("tas_6_1", "R-18"),
        ("tas_6_2", "R-18"),
    ]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("effect: BID", "effect: LUCK"), "effect"),
        (("- tas_6_1_technical", "- tas_6_9_technical"), "needs the unknown flow tas_6_9"),
        (("signing_requires: tas_7_1", "signing_requires: tas_7_2"), "unknown flow tas_7_2"),
        (("registration_days: 180", "registration_days: 0"), "registration_days"),
    ],
)
def test_wrong_policies_stop_the_start(
    tmp_path: Path, change: tuple[str, str], complaint: str
) -> None:
    text = (SHIPPED / "policies.yaml").read_text("utf-8")
    assert change[0] in text
    (tmp_path / "own.yaml").write_text(text.replace(*change), "utf-8")
    with pytest.raises(WrongSetting, match=complaint):
        load_policies(tmp_path / "own.yaml")
