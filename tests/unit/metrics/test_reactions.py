"""Every event goes where it belongs, and the rows it will need are foreseen."""

from __future__ import annotations

from uuid import UUID

import pytest

from metrics_service.reactions import REACTIONS, entries_of
from metrics_service.read_models.projections import CONCERNED, FACT_OF, PROJECTIONS
from metrics_service.service import SERVICE
from tests.unit.metrics.events import Stream, a_lead, an_approval, an_opportunity, day, projected


def test_every_projection_hears_of_something() -> None:
    heard = {projection.name for each in CONCERNED.values() for projection in each}
    assert heard == {projection.name for projection in PROJECTIONS}
    assert set(REACTIONS) == set(CONCERNED) >= set(FACT_OF)


def test_all_topics_are_subscribed() -> None:
    topics = {topic.removeprefix("opentas.").removesuffix(".v1") for topic in SERVICE.subscriptions}
    assert topics == {
        "approval-service.approval",
        "approval-service.calendar",
        "approval-service.department",
        "approval-service.person",
        "lead-service.lead",
        "opportunity-service.opportunity",
        "opportunity-service.stage-model",
    }


@pytest.mark.parametrize(
    "stream", [a_lead("a", day(0)), an_opportunity("a", day(0)), an_approval("a", day(0))]
)
def test_the_row_that_is_foreseen_is_the_one_that_is_written(stream: Stream) -> None:
    [(contract, envelope)] = stream.events
    [(table, key)] = entries_of(contract, envelope)
    projection, *_ = CONCERNED[type(contract)]
    rows = projected(projection, stream.events)
    assert rows.get(table, **key) is not None
    assert UUID(envelope.subject) == stream.id
