"""A story of many random facts: any past instant, any order of arrival, groups and totals."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from opentas_shared.contracts import lead, opportunity
from tests.unit.metrics.events import (
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
    resubmitted,
    returned,
    reversed_,
    voided,
    withdrawn,
    won,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from fastapi import FastAPI

    from tests.service.metrics.conftest import Caller

DAYS = 60
PATHS = {
    "/v1/metrics/lead-conversion": ("source", "owner", "month"),
    "/v1/metrics/funnel": ("source", "owner", "month"),
    "/v1/metrics/approvals": ("flow", "month", "node", "role", "person"),
}
QUESTIONS = [(path, group_by) for path, groups in PATHS.items() for group_by in groups]
OF_ITSELF = ("as_of", "positions", "age_seconds", "links")


def story(chance: random.Random, facts: int) -> list[Stream]:
    """Leads, some converted, their opportunities and approvals over sixty days."""
    streams: list[Stream] = []
    for number in range(facts):
        at = chance.uniform(0, DAYS / 2)
        source, owner = chance.choice(["", "web", "fair"]), chance.choice(["li", "mara", "sam"])
        brought = a_lead(str(number), day(at), source=source, owner=owner)
        streams.append(brought)
        if chance.random() < 0.3:
            brought.add(
                lead.LeadAssigned,
                day(at + 1),
                owner_id=chance.choice(["li", "mara"]),
                previous_owner_id=owner,
            )
        if chance.random() < 0.7:
            at += chance.uniform(1, 10)
            converted(brought, day(at))
            amount = chance.choice([None, 100, 333, 10_001])
            streams.append(
                _sold(
                    chance, an_opportunity(str(number), day(at), source=source, amount=amount), at
                )
            )
            streams.append(_approved(chance, str(number), at))
    return streams


def _sold(chance: random.Random, stream: Stream, at: float) -> Stream:
    for _ in range(chance.randrange(5)):
        at += chance.choice([0, 0, chance.uniform(0, 8)])
        stage = chance.choice("ABCD")
        if stage != stream.common["stage"]:
            moved(stream, day(at), stage)
        elif chance.random() < 0.5:
            stream.add(opportunity.OwnerChanged, day(at), owner_id="li", previous_owner_id="sam")
        else:
            stream.add(opportunity.AmountRevised, day(at), base_amount_minor=chance.randrange(999))
    end = chance.choice([None, won, won, lost, lost, voided])
    return stream if end is None else end(stream, day(at + chance.uniform(0, 9)))


def _approved(chance: random.Random, name: str, at: float) -> Stream:
    stream = an_approval(name, day(at), flow=chance.choice(["tas_2_1", "tas_6_3"]))
    for number in range(chance.randrange(4)):
        at += chance.uniform(0, 3)
        _handled(chance, stream, at, f"task {number}")
        at += chance.uniform(0, 3)
        chance.choice([returned, resubmitted, completed, taken_back])(stream, day(at))
    return stream


def taken_back(stream: Stream, at: datetime) -> Stream:
    return reversed_(stream, at, "finance")


def _handled(chance: random.Random, stream: Stream, at: float, task: str) -> None:
    role, node = chance.choice(["", "head", "finance"]), chance.choice(["head", "finance"])
    person = chance.choice(["li", "boss"])
    asked(stream, day(at), task, person, role=role, node=node, due_at=day(at + 1))
    end = chance.choice(["APPROVED", "REJECTED", "RETURNED", "ADVISED", "closed", "open"])
    at += chance.uniform(0, 4)
    if end == "closed":
        closed(stream, day(at), task)
    elif end != "open":
        decided(stream, day(at), task, end, chance.choice(["li", "boss"]), role=role, node=node)
        if chance.random() < 0.3:
            withdrawn(stream, day(at + chance.uniform(0, 2)), task)


def without_links(answer: Any) -> Any:
    """The numbers of an answer only."""
    if isinstance(answer, dict):
        return {
            name: without_links(value) for name, value in answer.items() if name not in OF_ITSELF
        }
    return [without_links(each) for each in answer] if isinstance(answer, list) else answer


async def test_any_instant_equals_an_answer_from_only_the_events_before_it(
    ask: Caller, app: FastAPI, apply: Callable[[Any], None]
) -> None:
    chance = random.Random(7)
    events = [event for stream in story(chance, 60) for event in stream.events]
    chance.shuffle(events)
    instants = [day(chance.uniform(0, DAYS)) for _ in range(4)] + [events[0][1].time]
    fed: set[Any] = set()
    before = {}
    for instant in sorted(instants):
        part = [event for event in events if event[1].time < instant and event[1].id not in fed]
        fed |= {event[1].id for event in part}
        apply(part)
        for path, group_by in QUESTIONS:
            answer = await ask.get(path, group_by=group_by, as_of=instant.isoformat())
            before[instant, path, group_by] = without_links(answer)
    apply(events)
    for (instant, path, group_by), expected in before.items():
        answer = await ask.get(path, group_by=group_by, as_of=instant.isoformat())
        assert without_links(answer) == expected, (path, group_by, instant)


async def test_groups_add_up_whatever_they_group_by(
    ask: Caller, apply: Callable[[Any], None]
) -> None:
    chance = random.Random(11)
    events = [event for stream in story(chance, 60) for event in stream.events]
    apply(events)
    for path, groups in PATHS.items():
        for group_by in groups:
            answer = await ask.get(path, group_by=group_by, as_of=day(25).isoformat())
            total = answer.get("total", answer)
            assert added([_additive(item) for item in answer["items"]]) == _additive(total)


def _additive(part: dict[str, Any], prefix: str = "") -> dict[str, int]:
    """Every count and amount of a part of an answer, by its place in it."""
    found: dict[str, int] = {}
    for name, value in part.items():
        if isinstance(value, dict) and name != "links":
            found |= _additive(value, f"{prefix}{name}.")
        elif isinstance(value, list) and name == "stages":
            for each in value:
                found |= _additive(each, f"{prefix}{each['stage']}.")
        elif isinstance(value, int) and name not in ("planned_days", "value"):
            found[prefix + name] = value
    found.pop(f"{prefix}weighted_amount.amount_minor", None)
    return {name: value for name, value in found.items() if value}


def added(parts: list[dict[str, int]]) -> dict[str, int]:
    """The sums by place."""
    sums: dict[str, int] = {}
    for part in parts:
        for name, value in part.items():
            sums[name] = sums.get(name, 0) + value
    return sums
