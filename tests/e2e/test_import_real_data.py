"""Real history, imported over HTTP, gives the figures that independent tools computed of it.

Prints the speed of the imports.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e import independent_figures as independent
from tests.e2e.real_imports import (
    BPIC,
    OLIST,
    TRANSPORTS,
    Importer,
    ask,
    close,
    days,
    rate,
    recorded,
    settled,
    stored,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.support.live import LiveProduct

pytestmark = [pytest.mark.real_data, pytest.mark.timeout(1200)]
AMSTERDAM, UTC = {"time_zone": "Europe/Amsterdam"}, {"time_zone": "UTC"}
FUNNEL = {"stage_model": "BPIC2012", **AMSTERDAM}


def everything(product: LiveProduct, *, as_of: str = "2026-01-01") -> list[Any]:
    """The answers that an import must not change when it is done again."""
    reports = [
        ask(product, "lead-conversion", **UTC, group_by=key, as_of=as_of)
        for key in ("source", "month", "owner")
    ]
    reports += [
        ask(product, "funnel", **FUNNEL, group_by=key, as_of=as_of) for key in ("month", "owner")
    ]
    for report in reports:
        for changing in ("positions", "age_seconds"):
            del report[changing]
    return reports


def check_events(product: LiveProduct) -> None:
    """Every step of the history is an event, exactly once."""
    leads = recorded(product, "lead-service")
    assert {topic: leads[topic] for topic in leads if topic.startswith("lead.")} == {
        "lead.captured": 4035,
        "lead.qualified": 406,
        "lead.converted": 406,
    }
    opportunities = recorded(product, "opportunity-service")
    assert {
        topic: count for topic, count in opportunities.items() if topic.startswith("opportunity.")
    } == {
        "opportunity.opened": 7455 + 406,
        "opportunity.stage_advanced": 17320,
        "opportunity.owner_changed": 9228,
        "opportunity.won": 1336 + 406,
        "opportunity.lost": 6119,
    }


def check_leads(product: LiveProduct, truth: dict[str, Any]) -> None:
    total = ask(product, "lead-conversion", **UTC)["total"]
    assert (total["leads"], total["won"]) == (truth["leads"], truth["won"])
    assert total["conversion_rate"]["value"] == close(5)(truth["conversion"])
    for measure in ("n", "p50", "p90"):
        assert total["cycle_days"][measure] == days(truth["cycle_days"][measure])
    for group_by, expected in (
        ("source", {key.replace("(blank)", ""): of for key, of in truth["by_origin"].items()}),
        ("month", truth["by_first_contact_month"]),
    ):
        answer = ask(product, "lead-conversion", **UTC, group_by=group_by)
        found = {item["key"]: item for item in answer["items"]}
        assert found.keys() == expected.keys()
        for key, figures in expected.items():
            item, shown = found[key], found[key]["conversion_rate"]
            assert (item["leads"], item["won"]) == (figures["leads"], figures["won"])
            assert shown["numerator"] / shown["denominator"] == rate(figures["conversion"])
            assert (shown["value"] is None) == (figures["leads"] < 5)
            if figures["median_cycle_days"] is None:
                assert item["cycle_days"] == {"n": 0, "p50": None, "p90": None}
            else:
                assert item["cycle_days"]["p50"] == days(figures["median_cycle_days"])


def check_funnel(product: LiveProduct, truth: dict[str, Any]) -> None:
    funnel = ask(product, "funnel", **FUNNEL, group_by="month")
    outcome = truth["outcome"]
    assert funnel["opened"] == truth["cases"]
    assert funnel["won"] == outcome["won"]
    assert funnel["lost"] == outcome["declined"] + outcome["cancelled"]
    assert funnel["open"] == funnel["void"] == 0
    assert {f"A_{stage['stage']}": stage["reached_count"] for stage in funnel["stages"]} == {
        name: truth["funnel_distinct_cases"][name]
        for name in truth["funnel_distinct_cases"]
        if name.removeprefix("A_") in independent.STAGES
    }
    assert funnel["win_rate"]["value"] == rate(truth["win_rate_closed"])
    lost = funnel["lost_by_reason"]
    for found, name in (
        (funnel["cycle_days"], "won"),
        (lost["DECLINED"]["cycle_days"], "declined"),
        (lost["CANCELLED"]["cycle_days"], "cancelled"),
    ):
        for measure in ("n", "p50", "p90"):
            assert found[measure] == days(truth["cycle_days"][name][measure])
    assert lost.keys() == {"DECLINED", "CANCELLED"}
    months = {item["key"]: item for item in funnel["items"]}
    assert months.keys() == truth["by_reg_month"].keys()
    for key, figures in truth["by_reg_month"].items():
        month = months[key]
        reasons = month["lost_by_reason"]
        assert (month["opened"], month["won"]) == (figures["cases"], figures["won"])
        assert reasons["DECLINED"]["count"] == figures["declined"]
        assert reasons["CANCELLED"]["count"] == figures["cancelled"]
        assert month["win_rate"]["value"] == rate(figures["win_rate_closed"])


def check_past_days(product: LiveProduct, data: Path) -> None:
    """The same as of past days, against pandas."""
    leads = independent.Leads(data / OLIST)
    for day in ("2017-12-31", "2018-03-08", "2018-07-15"):
        answer = ask(product, "lead-conversion", **UTC, group_by="source", as_of=day)
        expected = leads.as_of(day)
        found = {
            item["key"]: (item["leads"], item["won"], item["cycle_days"]["p50"])
            for item in [*answer["items"], {**answer["total"], "key": "total"}]
        }
        assert found.keys() == expected.keys()
        for key, (count, won, median) in expected.items():
            assert found[key] == (count, won, None if median is None else days(median)), (day, key)
    cases = independent.Cases(data / BPIC)
    for day in ("2011-10-15", "2011-12-01", "2012-01-31"):
        funnel = ask(product, "funnel", **FUNNEL, as_of=day)
        expected_cases = cases.as_of(day)
        assert {
            "opened": funnel["opened"],
            "won": funnel["won"],
            "declined": funnel["lost_by_reason"].get("DECLINED", {"count": 0})["count"],
            "cancelled": funnel["lost_by_reason"].get("CANCELLED", {"count": 0})["count"],
            "open": {stage["stage"]: stage["open_count"] for stage in funnel["stages"]},
            "reached": {stage["stage"]: stage["reached_count"] for stage in funnel["stages"]},
        } == expected_cases.counts, day
        assert funnel["cycle_days"]["p50"] == days(expected_cases.won_median), day


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_answers_equal_the_figures_of_independent_tools(
    importer: Callable[[str], tuple[LiveProduct, Importer]], real_data: Path, transport: str
) -> None:
    product, imports = importer(transport)
    leads, cases = imports.run(imports.leads), imports.run(imports.events)
    assert (leads["rows read"], leads["imported"]) == (4441, 4441)
    assert (cases["rows read"], cases["imported"], cases["ignored"]) == (52474, 34902, 17572)
    settled(product)
    check_events(product)
    check_leads(product, json.loads((real_data / OLIST / "olist.ground_truth.json").read_text()))
    check_funnel(product, json.loads((real_data / BPIC / "bpic2012.ground_truth.json").read_text()))
    check_past_days(product, real_data)

    answers, heads = everything(product), stored(product)
    leads, cases = imports.run(imports.leads), imports.run(imports.events)
    assert (leads["imported"], leads["already there"]) == (0, 4441)
    assert (cases["imported"], cases["already there"]) == (0, 34902)
    settled(product)
    assert stored(product) == heads
    assert everything(product) == answers


def test_a_killed_import_goes_on_where_it_was(
    importer: Callable[[str], tuple[LiveProduct, Importer]], real_data: Path
) -> None:
    product, imports = importer("direct")
    for arguments, confirmed in ((imports.leads, 400), (imports.events, 1000)):
        imports.kill_at(arguments, confirmed)
        counts = imports.run(arguments)
        assert counts["already there"] > 0
        assert (
            counts["imported"] + counts["already there"] + counts["ignored"]
            == (counts["rows read"])
        )
        assert not imports.journals()
    settled(product)
    check_events(product)
    check_leads(product, json.loads((real_data / OLIST / "olist.ground_truth.json").read_text()))
    check_funnel(product, json.loads((real_data / BPIC / "bpic2012.ground_truth.json").read_text()))
