"""Mappings: those that ship, and the sentences about wrong ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opentas.importing.approval_mapping import ApprovalsMapping
from opentas.importing.lead_mapping import LeadsMapping
from opentas.importing.mappings import load, parse, shipped
from opentas.importing.opportunity_mapping import OpportunitiesMapping
from opentas.importing.problems import Unusable

if TYPE_CHECKING:
    from pathlib import Path

EVENTS = """
kind: opportunities
name: mine
natural_key: "mine:{case}"
title: "Case {case}"
stage_model: SM-TAS
columns: {case: case, event: no, activity: what, at: when}
stages: {Opened: VALIDATE_OPPORTUNITY}
"""


def test_the_shipped_mappings_are_sound() -> None:
    assert shipped() == ["bpic2012", "bpic2020-declaration", "bpic2020-prepaid", "olist"]
    assert load("olist", LeadsMapping).deal is not None
    bpic = load("bpic2012", OpportunitiesMapping)
    assert list(bpic.order) == [
        "SUBMITTED",
        "PARTLYSUBMITTED",
        "PREACCEPTED",
        "ACCEPTED",
        "FINALIZED",
    ]
    assert bpic.amount is not None
    assert (bpic.amount.currency, bpic.amount.rate) == ("EUR", "7.80")
    flows = [
        document.flow
        for name in ("bpic2020-declaration", "bpic2020-prepaid")
        for document in load(name, ApprovalsMapping).documents
    ]
    assert flows == ["bpic2020-declaration", "bpic2020-permit", "bpic2020-request-for-payment"]


def test_a_mapping_may_be_a_file_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(EVENTS)
    assert load(str(path), OpportunitiesMapping).event_columns == [
        "case",
        "no",
        "what",
        "when",
        "case",
        "case",
    ]


def test_an_unknown_name_lists_those_that_ship() -> None:
    with pytest.raises(Unusable, match=r"neither one of bpic2012, .*, olist nor a file"):
        load("nowhere", LeadsMapping)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: [", "is no YAML"),
        ("- a", "must be a YAML file of named fields"),
        ("kind: leads", "is of the kind 'leads'; this command needs one of the kind"),
        (EVENTS.replace("name: mine", ""), "name is missing"),
        (EVENTS + "colour: red", "colour is no field of a mapping"),
        (EVENTS + "time_zone: Mars/Base", "time_zone: 'Mars/Base' is no IANA time zone"),
        (EVENTS + "waives: [R10]", "waives.0: String should match pattern"),
        (EVENTS + "won: [Opened]", "each activity has one meaning, but Opened has several"),
        (EVENTS.replace("{case}", "case"), "names no column in braces"),
        (EVENTS.replace("{case}", "{case"), "is no text with columns in braces"),
        (EVENTS + "amount: {column: a, currency: euro}", "amount.currency: String should match"),
    ],
)
def test_what_is_wrong_with_a_mapping_is_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Unusable) as wrong:
        parse(text, "mine", OpportunitiesMapping)
    assert str(wrong.value).startswith("The mapping mine ")
    assert sentence in str(wrong.value)
