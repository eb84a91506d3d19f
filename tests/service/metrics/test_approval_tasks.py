"""Tasks of approvals by node, role and person; bottlenecks; working time."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from opentas_shared.contracts import organisation
from tests.unit.metrics.events import (
    Stream,
    an_approval,
    asked,
    closed,
    completed,
    day,
    decided,
    published,
    resubmitted,
    returned,
    reversed_,
    withdrawn,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.service.metrics.conftest import Caller

REPORT = "/v1/metrics/approvals"


def streams() -> list[Stream]:
    """``START`` is a Tuesday, 09:00 in Shanghai."""
    first = an_approval("one", day(0))
    asked(first, day(0), "head", "chen", role="head")
    decided(first, day(1), "head", "RETURNED", by="chen", role="head")
    resubmitted(returned(first, day(1)), day(2))
    asked(first, day(2), "again", "chen", role="head")
    decided(first, day(3), "again", by="chen", role="head")
    asked(first, day(3), "money", "wu", role="finance", node="money", due_at=day(4))
    asked(first, day(3), "money too", "li", role="finance", node="money")
    decided(first, day(6), "money", by="wu", role="finance", node="money")
    closed(first, day(6), "money too")
    reversed_(completed(first, day(6)), day(8), "finance")
    second = an_approval("two", day(1), submitter="li")
    asked(second, day(1), "head", "chen", role="head", due_at=day(2))
    third = an_approval("three", day(0))
    decided(asked(third, day(0), "head", "wu", role="head"), day(2), "head", "REJECTED", by="wu")
    completed(third, day(2), "REJECTED")
    return [first, second, third]


@pytest.fixture
def played(apply: Callable[[Any], None]) -> None:
    apply(event for stream in streams() for event in reversed(stream.events))


def counts(item: dict[str, Any]) -> tuple[Any, ...]:
    names = ("decisions", "approved", "rejected", "open", "overdue")
    return tuple(item[name] for name in names)


async def by(ask: Caller, group_by: str, **more: Any) -> dict[str, dict[str, Any]]:
    answer = await ask.get(REPORT, group_by=group_by, **more)
    return {item["key"]: item for item in answer["items"]}


@pytest.mark.usefixtures("played")
async def test_by_node(ask: Caller) -> None:
    nodes = await by(ask, "node")
    assert {key: counts(item) for key, item in nodes.items()} == {
        "head": (3, 1, 1, 1, 1),
        "money": (1, 1, 0, 0, 0),
    }
    assert nodes["head"]["wait_hours"] == {"n": 3, "p50": 24.0, "p90": pytest.approx(43.2)}
    assert nodes["head"]["rejection_share"]["value"] == 0.5
    assert nodes["money"]["wait_hours"]["p50"] == 72.0
    assert nodes["money"]["working_hours"] == {"n": 1, "p50": 8.0, "p90": 8.0}, "over a weekend"


@pytest.mark.usefixtures("played")
async def test_by_role_a_reversal_is_a_rejection_without_a_wait(ask: Caller) -> None:
    roles = await by(ask, "role")
    assert counts(roles["finance"]) == (2, 1, 1, 0, 0)
    assert roles["finance"]["wait_hours"]["n"] == 1
    before = await by(ask, "role", as_of=day(8).isoformat())
    assert counts(before["finance"]) == (1, 1, 0, 0, 0)


@pytest.mark.usefixtures("played")
async def test_by_person(ask: Caller) -> None:
    people = await by(ask, "person")
    assert {key: counts(item) for key, item in people.items()} == {
        "chen": (2, 1, 0, 1, 1),
        "wu": (2, 1, 1, 0, 0),
    }
    middle = await by(ask, "person", as_of=day(5).isoformat())
    assert counts(middle["wu"]) == (1, 0, 1, 1, 1)
    assert counts(middle["li"]) == (0, 0, 0, 1, 0)


@pytest.mark.usefixtures("played")
async def test_days_are_those_of_the_decision_or_the_opening(ask: Caller) -> None:
    period = {"from": day(1).date().isoformat(), "to": day(1).date().isoformat()}
    assert {key: counts(item) for key, item in (await by(ask, "node", **period)).items()} == {
        "head": (1, 0, 0, 1, 1)
    }


async def test_a_withdrawn_decision_counted_until_it_was_withdrawn(
    ask: Caller, apply: Callable[[Any], None]
) -> None:
    stream = decided(asked(an_approval("a", day(0)), day(0), "one"), day(1), "one", "REJECTED")
    apply(withdrawn(stream, day(3), "one").events)
    assert counts((await by(ask, "node", as_of=day(2).isoformat()))["head"]) == (1, 0, 1, 0, 0)
    assert counts((await by(ask, "node"))["head"]) == (0, 0, 0, 1, 0)
    assert (await ask.get(REPORT, as_of=day(2).isoformat()))["total"]["with_rejection"] == 1
    assert (await ask.get(REPORT))["total"]["with_rejection"] == 0


@pytest.mark.usefixtures("played")
async def test_approvals_by_month_of_first_submission(ask: Caller) -> None:
    [item] = (await ask.get(REPORT, group_by="month"))["items"]
    expected = {
        "key": "2021-01",
        "started": 3,
        "approved": 1,
        "rejected": 1,
        "open": 1,
        "resubmissions": 1,
        "first_pass_approved": 0,
        "with_rejection": 2,
        "revoked_after_approval": 1,
    }
    assert {name: item[name] for name in expected} == expected


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize("group_by", ["flow", "month", "node", "role", "person"])
async def test_every_number_agrees_with_its_list(ask: Caller, group_by: str) -> None:
    answer = await ask.get(REPORT, group_by=group_by)
    for part in (answer["total"], *answer["items"]):
        for name, link in part["links"].items():
            assert (await ask.get(f"{link}&include_total=true"))["total"] == part[name], link


@pytest.mark.usefixtures("played")
async def test_the_data_scope_goes_by_the_submitter(ask: Caller) -> None:
    answer = await ask.get(REPORT, group_by="node", user="li", role="sales")
    assert counts(answer["total"]) == (0, 0, 0, 1, 1)
    own = await ask.get(f"{REPORT}/bottlenecks", user="li", role="sales")
    assert [item["decisions"] for item in own["items"]] == [0]


@pytest.mark.usefixtures("played")
async def test_bottlenecks(ask: Caller) -> None:
    answer = await ask.get(f"{REPORT}/bottlenecks", as_of=day(9).isoformat())
    head, money = answer["items"]
    assert (head["flow"], head["node"]) == ("tas_2_1", "head")
    assert (head["returned"], head["rejected"], head["resubmissions_caused"]) == (1, 1, 1)
    assert head["hours"] == 24 * (1 + 1 + 8 + 2)
    assert money["hours"] == 72.0, "two people at once are counted once"
    assert money["turnaround_share"] == pytest.approx(3 / (6 + 8 + 2))
    tasks = await ask.get(head["links"]["tasks"])
    assert {task["node"] for task in tasks["items"]} == {"head"}


@pytest.mark.usefixtures("played")
async def test_another_calendar_counts_at_once(ask: Caller, apply: Callable[[Any], None]) -> None:
    calendar = organisation.CalendarChanged(
        calendar_id="always",
        name="Always",
        name_zh="全天",
        is_default=True,
        time_zone="UTC",
        weekdays=(1, 2, 3, 4, 5, 6, 7),
        hours=("00:00-24:00",),
    )
    apply([published(calendar, streams()[0].id, 99, day(0))])
    total = (await ask.get(REPORT))["total"]
    assert total["working_hours"] == total["turnaround_hours"]
    head = (await by(ask, "node"))["head"]
    assert head["working_hours"] == head["wait_hours"]
    assert timedelta(hours=head["wait_hours"]["p50"]) == timedelta(days=1)
