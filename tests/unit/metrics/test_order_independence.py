"""The rows of a fact are a pure function of the set of its events."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from metrics_service.read_models.approvals import APPROVALS, approval_spans
from metrics_service.read_models.leads import LEADS, lead_spans
from metrics_service.read_models.milestones import MILESTONES, milestones
from metrics_service.read_models.opportunities import OPPORTUNITIES, opportunity_spans
from metrics_service.read_models.stage_models import STAGE_MODELS
from opentas_shared.contracts import lead, opportunity
from tests.unit.metrics.events import (
    MemoryRows,
    Stream,
    a_lead,
    an_approval,
    an_opportunity,
    asked,
    closed,
    completed,
    converted,
    day,
    decided,
    lost,
    moved,
    projected,
    resubmitted,
    returned,
    reversed_,
    voided,
    withdrawn,
    won,
)

if TYPE_CHECKING:
    from datetime import datetime

INSTANTS = st.lists(st.integers(0, 6).map(lambda half: day(half / 2)), min_size=1, max_size=8)


@st.composite
def opportunities(draw: st.DrawFn) -> Stream:
    times = draw(INSTANTS)
    stream = an_opportunity("a", min(times))
    for at in sorted(times)[1:]:
        action = draw(st.sampled_from(["move", "amount", "owner", "probability"]))
        if action == "move":
            stage = draw(st.sampled_from(["A", "B", "C", "D"]))
            if stage != stream.common["stage"]:
                moved(stream, at, stage)
        elif action == "amount":
            late = draw(st.sampled_from(times))
            amount = draw(st.integers(0, 3))
            stream.add(opportunity.AmountRevised, late, base_amount_minor=amount)
        elif action == "owner":
            owner = draw(st.sampled_from(["sam", "li"]))
            stream.add(opportunity.OwnerChanged, at, owner_id=owner, previous_owner_id="")
        else:
            odds = draw(st.sampled_from([None, 20, 80]))
            stream.add(opportunity.ProbabilityRevised, at, win_probability=odds)
    end = draw(st.sampled_from([None, won, lost, voided]))
    return stream if end is None else end(stream, max(times))


@st.composite
def leads(draw: st.DrawFn) -> Stream:
    times = sorted(draw(INSTANTS))
    stream = a_lead("a", times[0])
    for at in times[1:]:
        if draw(st.booleans()):
            owner = draw(st.sampled_from(["mara", "li"]))
            stream.add(lead.LeadAssigned, at, owner_id=owner, previous_owner_id="")
        else:
            stream.add(lead.LeadQualified, at)
    return converted(stream, times[-1]) if draw(st.booleans()) else stream


@st.composite
def approvals(draw: st.DrawFn) -> Stream:
    times = sorted(draw(INSTANTS))
    stream = an_approval("a", times[0])
    for at in times[1:]:
        if draw(st.booleans()):
            draw(st.sampled_from([returned, resubmitted, completed, reversed_]))(stream, at)
        else:
            task = draw(st.sampled_from(["one", "two"]))
            act: Any = draw(st.sampled_from([asked, decided, closed, withdrawn, refused]))
            act(stream, at, task)
    return stream


def refused(stream: Stream, at: datetime, task: str) -> Stream:
    return decided(stream, at, task, "REJECTED")


@st.composite
def stories(draw: st.DrawFn) -> Stream:
    stream = draw(approvals())
    stream.events += draw(opportunities()).events
    return stream


CASES = [
    pytest.param(leads(), LEADS, lead_spans, id="leads"),
    pytest.param(opportunities(), OPPORTUNITIES, opportunity_spans, id="opportunities"),
    pytest.param(approvals(), APPROVALS, approval_spans, id="approvals"),
]
MILESTONE_CASE = pytest.param(stories(), MILESTONES, milestones, id="milestones")


@pytest.mark.parametrize(("streams", "projection", "table"), [*CASES, MILESTONE_CASE])
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_order_with_duplicates_gives_the_same_rows(
    streams: Any, projection: Any, table: Any, data: st.DataObject
) -> None:
    events = data.draw(streams).events
    shuffled = [*events, *data.draw(st.lists(st.sampled_from(events), max_size=4))]
    random.Random(data.draw(st.integers(0, 10_000))).shuffle(shuffled)
    assert projected(projection, shuffled).tables == projected(projection, events).tables


def as_seen(rows: MemoryRows, table: Any, instant: datetime) -> list[dict[str, Any]]:
    """The rows that an ``as_of`` selects, without their ends."""
    return [
        {name: value for name, value in row.items() if not name.startswith("valid_")}
        for row in rows.of(table)
        if row["valid_from"] < instant <= row["valid_to"]
    ]


@pytest.mark.parametrize(("streams", "projection", "table"), CASES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_as_of_an_instant_is_the_state_after_only_the_events_before_it(
    streams: Any, projection: Any, table: Any, data: st.DataObject
) -> None:
    events = data.draw(streams).events
    instant = data.draw(st.integers(0, 9).map(lambda half: day(half / 2)))
    earlier = [event for event in events if event[1].time < instant]
    whole, part = projected(projection, events), projected(projection, earlier)
    seen = as_seen(whole, table, instant)
    assert seen == as_seen(part, table, instant)
    assert len(seen) == (1 if earlier else 0)


def test_a_stage_model_is_kept_once_whichever_event_brings_it() -> None:
    [opened] = an_opportunity("a", day(0)).events
    announced = Stream("SM-TAS").add(
        opportunity.StageModelPublished,
        day(1),
        stage_model="SM-TAS",
        version=1,
        stages=opened[0].stages,  # type: ignore[attr-defined]
    )
    both = [opened, *announced.events]
    assert projected(STAGE_MODELS, both).tables == projected(STAGE_MODELS, both[::-1]).tables
    assert len(projected(STAGE_MODELS, both).tables["stage_models"]) == 1
