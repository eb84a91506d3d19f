"""Lead conversion over a real database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from metrics_service.service import SERVICE
from opentas_shared.web.app import create_app
from tests.service.metrics.conftest import Caller, feed
from tests.unit.metrics.events import Stream, a_lead, an_opportunity, converted, day, lost, won

if TYPE_CHECKING:
    from collections.abc import Callable

    from opentas_shared.runtime.settings import SharedSettings

REPORT = "/v1/metrics/lead-conversion"
ZONE = {"time_zone": "UTC"}


def story() -> list[Stream]:
    """Five leads: won, lost, converted and open, not converted, of a blank source."""
    return [
        converted(a_lead("won", day(0)), day(2)),
        won(an_opportunity("won", day(2)), day(12)),
        converted(a_lead("lost", day(0), owner="li"), day(6)),
        lost(an_opportunity("lost", day(6)), day(8)),
        converted(a_lead("open", day(28)), day(30)),
        an_opportunity("open", day(30)),
        a_lead("none", day(3), owner="li", source="unknown"),
        a_lead("blank", day(4), source=""),
    ]


@pytest.fixture
def played(apply: Callable[[Any], None]) -> None:
    apply(event for stream in reversed(story()) for event in reversed(stream.events))


@pytest.mark.usefixtures("played")
async def test_total(ask: Caller) -> None:
    total = (await ask.get(REPORT, **ZONE))["total"]
    assert (total["leads"], total["converted"], total["won"], total["lost"]) == (5, 3, 1, 1)
    assert total["conversion_rate"]["value"] == 0.6
    assert (total["win_rate"]["numerator"], total["win_rate"]["denominator"]) == (1, 2)
    assert total["conversion_days"] == {"n": 3, "p50": 2.0, "p90": pytest.approx(5.2)}
    assert total["cycle_days"] == {"n": 1, "p50": 12.0, "p90": 12.0}


@pytest.mark.usefixtures("played")
@pytest.mark.parametrize(
    ("group_by", "leads"),
    [
        ("source", {"": 1, "unknown": 1, "web": 3}),
        ("owner", {"li": 2, "mara": 3}),
        ("month", {"2021-01": 4, "2021-02": 1}),
    ],
)
async def test_groups_add_up(ask: Caller, group_by: str, leads: dict[str, int]) -> None:
    answer = await ask.get(REPORT, group_by=group_by, **ZONE)
    assert {item["key"]: item["leads"] for item in answer["items"]} == leads
    for name in ("leads", "converted", "won", "lost"):
        assert sum(item[name] for item in answer["items"]) == answer["total"][name]


@pytest.mark.usefixtures("played")
async def test_cohorts_are_those_captured_in_the_days_whenever_they_end(ask: Caller) -> None:
    january = {"from": "2021-01-05", "to": "2021-01-05", **ZONE}
    total = (await ask.get(REPORT, **january))["total"]
    assert (total["leads"], total["won"], total["lost"]) == (2, 1, 1)
    earlier = (await ask.get(REPORT, **january, as_of="2021-01-12"))["total"]
    assert (earlier["leads"], earlier["converted"], earlier["won"]) == (2, 2, 0)


@pytest.mark.usefixtures("played")
async def test_every_number_agrees_with_its_list(ask: Caller) -> None:
    for group_by in ("source", "owner", "month"):
        answer = await ask.get(REPORT, group_by=group_by, as_of="2021-01-15", **ZONE)
        for part in (answer["total"], *answer["items"]):
            for name, link in part["links"].items():
                listed = await ask.get(f"{link}&include_total=true")
                assert listed["total"] == len(listed["items"]) == part[name], link


@pytest.mark.usefixtures("played")
async def test_a_narrow_data_scope_sees_its_own_leads_only(ask: Caller) -> None:
    own = await ask.get(REPORT, user="li", role="junior_sales")
    assert own["total"]["leads"] == 2
    funnel = await ask.get("/v1/metrics/funnel", user="li", role="junior_sales")
    assert funnel["opened"] == 0
    listed = await ask.get("/v1/metrics/leads", user="li", role="junior_sales")
    assert {item["owner_id"] for item in listed["items"]} == {"li"}


async def test_below_the_minimum_sample_a_rate_has_no_value(
    settings_for: Callable[..., SharedSettings],
) -> None:
    app = create_app(SERVICE, settings_for(SERVICE))
    async with app.router.lifespan_context(app):
        four = [a_lead(str(number), day(number)) for number in range(4)]
        feed(app.state.resources.database, (e for lead in four for e in lead.events))
        rate = (await Caller(app).get(REPORT))["total"]["conversion_rate"]
        reason = "BELOW_MINIMUM_SAMPLE"
        assert rate == {"value": None, "numerator": 0, "denominator": 4, "reason": reason}
        feed(app.state.resources.database, a_lead("fifth", day(1)).events)
        rate = (await Caller(app).get(REPORT))["total"]["conversion_rate"]
        assert rate == {"value": 0.0, "numerator": 0, "denominator": 5, "reason": None}
