"""Rehearsals: recorded approvals by another definition, and by their own one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from hypothesis import given
from hypothesis import strategies as st

from approval_service.domain.approval import events
from approval_service.domain.approval.rehearsal import Rehearsal
from approval_service.domain.approval.routes import route
from approval_service.domain.flows.definition import Definition
from opentas_shared.persistence.mapping import MAPPER
from tests.unit.approval.random_definitions import random_definition
from tests.unit.approval.stories import Story
from tests.unit.approval.worlds import (
    NOTHING,
    NamedRouting,
    by,
    definition,
    moment,
    node,
    requested,
    saying,
)

if TYPE_CHECKING:
    from approval_service.domain.approval.approval import Approval

ROUTING = NamedRouting(admins=("root",))


def recorded(flow: Definition, *decisions: tuple[str, str, Any], **facts: Any) -> list[Any]:
    """The history of an approval in which these people decide: (who, how, opinion)."""
    approval = requested(**facts)
    approval.start(flow, ROUTING, moment())
    for hour, (person, how, opinion) in enumerate(decisions, 1):
        getattr(approval, how)(by(person), opinion, ROUTING, moment(hour))
    return list(approval.pending_events)


def rehearsed(history: list[Any], flow: Definition, routing: NamedRouting = ROUTING) -> Approval:
    rehearsal = Rehearsal(flow, history, routing)
    for event in history:
        rehearsal.happened(event)
    return rehearsal.approval


def stops(approval: Approval) -> list[tuple[str, str, list[str]]]:
    found = route(approval.pending_events)
    return [(one.node, str(one.status), one.people) for one in found.stops]


def agreed(*people: str) -> list[tuple[str, str, Any]]:
    return [(person, "approve", NOTHING) for person in people]


OLD = definition(node("one", "ann"), node("two", "bob"))


def test_a_new_node_is_asked_and_agrees() -> None:
    history = recorded(OLD, *agreed("ann", "bob"))
    new = definition(node("one", "ann"), node("extra", "cat"), node("two", "bob"), version=2)
    approval = rehearsed(history, new)
    assert stops(approval) == [
        ("one", "ACTIVE", ["ann"]),
        ("extra", "ACTIVE", ["cat"]),
        ("two", "ACTIVE", ["bob"]),
    ]
    assert approval.status == "APPROVED"


def test_a_node_less_shortens_the_way() -> None:
    approval = rehearsed(recorded(OLD, *agreed("ann", "bob")), definition(node("two", "bob")))
    assert stops(approval) == [("two", "ACTIVE", ["bob"])]
    assert approval.status == "APPROVED"


def test_in_another_order_a_decision_waits_until_its_node_is_reached() -> None:
    swapped = definition(node("two", "bob"), node("one", "ann"))
    refusing = [*agreed("ann"), ("bob", "reject", NOTHING)]
    approval = rehearsed(recorded(OLD, *refusing), swapped)
    assert stops(approval) == [("two", "ACTIVE", ["bob"])]
    assert approval.status == "REJECTED"
    approval = rehearsed(recorded(OLD, *agreed("ann", "bob")), swapped)
    assert [one[0] for one in stops(approval)] == ["two", "one"]
    assert approval.status == "APPROVED"


def test_somebody_else_at_the_node_decides_the_same() -> None:
    history = recorded(OLD, *agreed("ann"), ("bob", "reject", NOTHING))
    approval = rehearsed(history, definition(node("one", "ann"), node("two", "dan")))
    assert stops(approval)[-1] == ("two", "ACTIVE", ["dan"])
    assert approval.status == "REJECTED"


def test_an_opinion_that_the_draft_demands_is_no_obstacle() -> None:
    strict = definition(node("one", "ann", comment_required=("APPROVED",)), node("two", "bob"))
    assert rehearsed(recorded(OLD, *agreed("ann", "bob")), strict).status == "APPROVED"


def test_where_nobody_can_be_asked_it_stops() -> None:
    history = recorded(OLD, *agreed("ann", "bob"))
    rehearsal = Rehearsal(
        definition(node("one", "nobody1")), history, NamedRouting(absent={"nobody1"})
    )
    for event in history:
        rehearsal.happened(event)
    assert rehearsal.stopped


def test_what_still_runs_is_not_played_to_an_end() -> None:
    history = recorded(OLD, *agreed("ann"))
    approval = rehearsed(history, OLD)
    assert approval.status == "RUNNING"
    assert stops(approval) == [("one", "ACTIVE", ["ann"]), ("two", "ACTIVE", ["bob"])]


def test_a_return_and_a_resubmission_are_played_again() -> None:
    approval = requested()
    approval.start(OLD, ROUTING, moment())
    approval.return_to("submitter", by("ann"), saying("more"), ROUTING, moment(1))
    approval.resubmit(by("sam"), "here", {"n": 1}, ROUTING, moment(2))
    approval.approve(by("ann"), NOTHING, ROUTING, moment(3))
    history = list(approval.pending_events)
    again = rehearsed(history, OLD)
    assert route(again.pending_events) == route(history)
    assert again.form == {"n": 1}


def test_what_an_earlier_release_recorded_goes_the_way_that_it_went() -> None:
    history = stored_events(UUID(int=1))
    own = Definition.from_dict(history[1].definition)
    assert route(rehearsed(history, own, NamedRouting()).pending_events) == route(history)


def stored_events(id: UUID) -> list[Any]:
    oldest = json.loads(Path(__file__).with_name("oldest_events.json").read_text("utf-8"))
    return [
        MAPPER.to_domain_event(
            StoredEvent(
                UUID(entry["originator_id"]),
                entry["originator_version"],
                entry["topic"],
                json.dumps(entry["state"]).encode(),
            )
        )
        for entry in oldest
        if UUID(entry["originator_id"]) == id
    ]


@given(seed=st.integers(0, 10**9), steps=st.integers(0, 30))
def test_by_its_own_definition_every_approval_goes_the_way_that_it_went(
    seed: int, steps: int
) -> None:
    story = Story(seed)
    for _ in range(steps):
        story.step()
    history = [one for one in story.events if not isinstance(one, events.Commented | events.Urged)]
    if not any(isinstance(one, events.Started) for one in history):
        return
    again = rehearsed(history, story.definition, story.routing)
    assert route(again.pending_events) == route(history)
    assert again.status == story.approval.status


@given(seed=st.integers(0, 10**9), other=st.randoms(use_true_random=False))
def test_any_definition_can_be_rehearsed_on_any_approval(seed: int, other: Any) -> None:
    story = Story(seed)
    for _ in range(15):
        story.step()
    flow = random_definition(other)
    first, second = (rehearsed(story.events, flow, story.routing) for _ in range(2))
    assert route(first.pending_events) == route(second.pending_events)
