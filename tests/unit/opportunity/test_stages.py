"""Moves through the stage models: guards, skipping, moving back, what a win asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from opentas_shared.domain.errors import IllegalTransition, RequirementsMissing
from opentas_shared.domain.money import Money
from opportunity_service.domain.errors import MovingBackNotAllowed, WrongDirection
from opportunity_service.domain.opening import Opening
from opportunity_service.domain.states import COMMANDS
from tests.unit.opportunity.conftest import MODELS, POLICIES, Case, circumstances

FLOW_2_1 = "tas_2_1_opportunity_initiation"
FLOW_6_3 = "tas_6_3_bid_approval"
YES = {"answer": True, "note": ""}
GO = {"is_it_an_opportunity": YES, "are_we_competitive": YES}
FULL = Opening("MES", "chen.jing", amount=Money(1, "CNY"), expected_close_date="2027-06-30")


def test_the_shipped_models_are_those_of_the_sources() -> None:
    tas, af = MODELS.newest("SM-TAS"), MODELS.newest("SM-AF")
    assert [stage.code for stage in tas.stages] == [
        "VALIDATE_OPPORTUNITY",
        "INITIATE_OPPORTUNITY",
        "ANALYZE_REQUIREMENTS",
        "PRESENT_VALUE",
        "ORGANIZE_BID",
        "NEGOTIATE_AND_SIGN",
    ]
    assert [stage.win_probability for stage in af.stages] == [10, 25, 50, 75, 90, 100]
    assert sum(stage.planned_days or 0 for stage in af.stages) == 31
    assert all(stage.win_probability is None for stage in MODELS.newest("BPIC2012").stages)


def test_a_stage_asks_before_it_is_left(case: Case) -> None:
    with pytest.raises(RequirementsMissing) as refused:
        case.it.advance("PRESENT_VALUE", case.around, case.at())
    assert [(item["kind"], item["name"]) for item in refused.value.members["missing"]] == [
        ("FIELD", "amount"),
        ("FIELD", "expected_close_date"),
        ("APPROVAL", FLOW_2_1),
    ]


def test_skipping_up_leaves_no_requirement_out() -> None:
    case = Case(opening=FULL)
    case.it.answer(GO, case.at())
    case.granted(FLOW_2_1)
    case.news()
    case.it.advance("ORGANIZE_BID", case.around, case.at())
    (event,) = case.news()
    assert (event.from_stage, event.to_stage) == ("VALIDATE_OPPORTUNITY", "ORGANIZE_BID")
    assert event.skipped == ["INITIATE_OPPORTUNITY", "ANALYZE_REQUIREMENTS", "PRESENT_VALUE"]
    assert event.facts["win_probability"] == 60
    with pytest.raises(RequirementsMissing) as refused:
        case.it.advance(None, case.around, case.at())
    assert [violation.rule for violation in refused.value.violations] == ["R-18"]


def test_waived_rules_are_not_asked_for(case: Case) -> None:
    case.it.advance("PRESENT_VALUE", case.around, case.at(), frozenset({"R-23", "R-12"}))
    assert case.it.facts.stage == "PRESENT_VALUE"


def test_moving_back_is_a_policy() -> None:
    case = Case(opening=FULL)
    case.it.advance(None, case.around, case.at())
    strict = replace(case.around, policies=replace(POLICIES, moving_back=False))
    with pytest.raises(MovingBackNotAllowed):
        case.it.revert("VALIDATE_OPPORTUNITY", "", strict, case.at())
    case.it.revert("VALIDATE_OPPORTUNITY", "", case.around, case.at())
    assert case.it.facts.stage == "VALIDATE_OPPORTUNITY"
    with pytest.raises(WrongDirection):
        case.it.revert("VALIDATE_OPPORTUNITY", "", case.around, case.at())


def test_after_the_last_stage_there_is_none() -> None:
    case = Case(circumstances("BPIC2012"))
    case.it.advance("FINALIZED", case.around, case.at())
    with pytest.raises(WrongDirection):
        case.it.advance(None, case.around, case.at())


def test_winning_is_legal_from_every_open_stage() -> None:
    for stage in MODELS.newest("SM-TAS").stages[1:]:
        case = Case()
        everything = frozenset({"R-10", "R-12", "R-18", "R-23"})
        case.it.advance(stage.code, case.around, case.at(), everything)
        case.it.win(case.around, case.at(), everything)
        assert (case.it.facts.status, case.it.facts.stage) == ("WON", stage.code)


def test_what_a_win_asks_for_depends_on_the_model(case: Case) -> None:
    with pytest.raises(RequirementsMissing) as refused:
        case.it.win(case.around, case.at())
    assert [violation.rule for violation in refused.value.violations] == ["R-23", "R-18"]
    plain = Case(circumstances("BPIC2012"))
    plain.it.win(plain.around, plain.at())
    assert plain.it.facts.status == "WON"


def test_states_are_never_waived(case: Case) -> None:
    case.it.void("DUPLICATE", "", case.around, case.at())
    with pytest.raises(IllegalTransition) as refused:
        case.it.win(case.around, case.at(), frozenset({"R-18", "R-23"}))
    assert refused.value.members["current_state"] == "VOID"
    assert refused.value.members["allowed_commands"] == []
    assert all("VOID" not in states for states in COMMANDS.values())


def test_an_opportunity_keeps_the_version_that_it_started_with() -> None:
    from opportunity_service.configuration.catalogue import StageModels

    old = MODELS.newest("SM-AF")
    new = replace(old, version=2, stages=old.stages[:2])
    models = StageModels([new, old], "SM-AF")
    assert models.newest("SM-AF") is new
    assert models.version("SM-AF", 1) is old
