"""Spans and stays of opportunities: boundaries, equal instants, late entries."""

from __future__ import annotations

from datetime import timedelta

from metrics_service.read_models.opportunities import OPPORTUNITIES, opportunity_spans
from metrics_service.read_models.timelines import FOREVER
from opentas_shared.contracts import opportunity
from tests.unit.metrics.events import (
    Stream,
    an_opportunity,
    day,
    lost,
    moved,
    projected,
    won,
)


def spans(stream: Stream) -> list[tuple[object, ...]]:
    rows = projected(OPPORTUNITIES, stream.events).of(opportunity_spans)
    names = ("valid_from", "valid_to", "status", "stage")
    return [tuple(row[name] for name in names) for row in rows]


def stays(stream: Stream) -> tuple[list[str], dict[str, float]]:
    """The stages entered, and the days of completed stays in each, at the end."""
    *_, last = projected(OPPORTUNITIES, stream.events).of(opportunity_spans)
    seconds = zip(last["completed_stages"], last["completed_seconds"], strict=True)
    return last["stages_entered"], {stage: each / 86_400 for stage, each in seconds}


def test_an_open_opportunity_is_valid_for_ever() -> None:
    stream = an_opportunity("a", day(0))
    assert spans(stream) == [(day(0), FOREVER, "OPEN", "A")]
    assert stays(stream) == (["A"], {})


def test_each_move_ends_a_span_and_a_stay() -> None:
    stream = lost(moved(an_opportunity("a", day(0)), day(2), "C"), day(5))
    assert spans(stream) == [
        (day(0), day(2), "OPEN", "A"),
        (day(2), day(5), "OPEN", "C"),
        (day(5), FOREVER, "LOST", "C"),
    ]
    assert stays(stream) == (["A", "C"], {"A": 2, "C": 3})


def test_at_one_instant_the_last_state_counts_and_each_stay_is_kept() -> None:
    stream = won(moved(an_opportunity("a", day(0)), day(0), "B"), day(0))
    assert spans(stream) == [(day(0), FOREVER, "WON", "B")]
    assert stays(stream) == (["A", "B"], {"A": 0, "B": 0})


def test_events_that_change_no_value_begin_no_span() -> None:
    stream = an_opportunity("a", day(0))
    stream.add(
        opportunity.AmountRevised,
        day(1),
        base_amount_minor=100_000,
        previous_amount=None,
    )
    assert len(spans(stream)) == 1


def test_stays_in_a_stage_add_up_and_the_open_one_is_not_among_them() -> None:
    stream = an_opportunity("a", day(0))
    for number, stage in enumerate(["B", "A", "B"], 1):
        moved(stream, day(number), stage)
    assert stays(stream) == (["A", "B"], {"A": 2, "B": 1})


def test_an_event_after_the_end_begins_no_stay() -> None:
    stream = won(an_opportunity("a", day(0)), day(1))
    stream.add(opportunity.AmountRevised, day(2), base_amount_minor=1)
    assert stays(stream) == (["A"], {"A": 1})


def test_a_late_amount_counts_from_its_own_time_and_carries_no_stage_back() -> None:
    stream = moved(an_opportunity("a", day(0)), day(4), "C")
    stream.add(opportunity.AmountRevised, day(2), base_amount_minor=250_000, amount_grade="B")
    rows = projected(OPPORTUNITIES, stream.events).of(opportunity_spans)
    seen = [(row["valid_from"], row["stage"], row["base_amount_minor"]) for row in rows]
    assert seen == [(day(0), "A", 100_000), (day(2), "A", 250_000), (day(4), "C", 250_000)]


def test_nothing_is_derived_before_the_opening_is_known() -> None:
    events = won(moved(an_opportunity("a", day(0)), day(1), "B"), day(2)).events
    assert projected(OPPORTUNITIES, events[1:]).of(opportunity_spans) == []
    whole = projected(OPPORTUNITIES, [*events[1:], events[0]])
    assert whole.tables == projected(OPPORTUNITIES, events).tables


def test_owner_grades_and_signature_are_followed() -> None:
    stream = an_opportunity("a", day(0))
    stream.add(opportunity.OwnerChanged, day(1), owner_id="li", previous_owner_id="sam")
    stream.add(
        opportunity.GradeChanged,
        day(2),
        strategic_grade="STRATEGIC",
        dimension="STRATEGIC",
        previous_grade="NORMAL",
    )
    won(stream, day(3))
    stream.add(
        opportunity.ContractSigned,
        day(4),
        contract_no="1",
        signed_on=day(4).date(),
        signed_at=day(4),
    )
    *_, last = projected(OPPORTUNITIES, stream.events).of(opportunity_spans)
    assert last["owner_id"] == "li"
    assert last["strategic_grade"] == "STRATEGIC"
    assert (last["ended_at"], last["signed_at"]) == (day(3), day(4))
    assert last["valid_to"] - last["valid_from"] > timedelta(days=365)
