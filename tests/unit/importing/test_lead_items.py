"""From leads and deals to steps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from opentas.importing.lead_items import plan_leads
from opentas.importing.lead_mapping import LeadsMapping
from opentas.importing.mappings import load
from opentas.importing.rows import read

if TYPE_CHECKING:
    from pathlib import Path

    from opentas.importing.lead_items import LeadsPlan
    from opentas.importing.steps import Plan

LEADS = "mql_id,first_contact_date,landing_page_id,origin\n"
DEALS = "mql_id,seller_id,sdr_id,sr_id,won_date\n"


@pytest.fixture
def planned(tmp_path: Path) -> Any:
    mapping = load("olist", LeadsMapping)

    def plan(leads: str, deals: str) -> LeadsPlan:
        (tmp_path / "leads.csv").write_text(LEADS + leads)
        (tmp_path / "deals.csv").write_text(DEALS + deals)
        return plan_leads(
            read(tmp_path / "leads.csv", mapping.lead_columns, "m"),
            read(tmp_path / "deals.csv", mapping.deal_columns, "m"),
            mapping,
        )

    return plan


def reasons(plan: Plan) -> dict[int, str]:
    return {row.line: reason for row, reason in plan.bad}


def test_a_lead_alone_is_captured_at_the_first_instant_of_its_day(planned: Any) -> None:
    [item] = planned("m1,2018-02-01,p,\n", "").leads.items
    assert item.key == "olist:m1"
    assert [step.body for step in item.steps] == [
        {
            "command": "capture",
            "effective_at": "2018-02-01T00:00:00+00:00",
            "title": "Olist lead m1",
            "source": "",
            "owner_id": "unassigned",
        }
    ]


def test_a_deal_qualifies_converts_and_wins_and_hands_over(planned: Any) -> None:
    plan = planned("m1,2018-02-01,p,unknown\n", "m1,s1,sdr,sr,2018-02-26 19:58:54\n")
    capture, qualify, convert = (step.body for step in plan.leads.items[0].steps)
    assert (capture["source"], capture["owner_id"]) == ("unknown", "sdr")
    assert qualify["command"] == "qualify"
    assert (convert["command"], convert["owner_id"]) == ("convert", "sr")
    assert "amount" not in convert
    [win] = plan.deals.items
    assert [step.body for step in win.steps] == [
        {"step": "WIN", "effective_at": "2018-02-26T19:58:54+00:00"}
    ]


def test_deals_without_a_lead_or_before_it_are_bad(planned: Any) -> None:
    plan = planned(
        "m1,2018-02-01,p,email\nm2,never,p,email\n",
        "m0,s,a,b,2018-03-01 00:00:00\n"
        "m1,s,a,b,2018-01-31 23:59:59\n"
        "m2,s,a,b,2018-03-01 00:00:00\n"
        "m1,s,a,b,then\n",
    )
    assert list(reasons(plan.leads)) == [3]
    bad = reasons(plan.deals)
    assert bad[2] == "Its lead m0 is not in the file of leads."
    assert bad[3].startswith("It was won at 2018-01-31T23:59:59+00:00")
    assert bad[4] == "Its lead m2 is a bad row too, on line 3 of the leads."
    assert bad[5] == "won_date is no time of ISO 8601: 'then'."
    assert len(plan.leads.items[0].steps) == 1


def test_a_lead_or_a_deal_that_stands_there_twice(planned: Any) -> None:
    lead, deal = "m1,2018-02-01,p,email\n", "m1,s,a,b,2018-03-01 00:00:00\n"
    plan = planned(lead + lead + "m1,2018-02-02,p,email\n", deal + deal + deal.replace("03", "04"))
    assert (plan.leads.repeated, plan.deals.repeated) == (1, 1)
    assert reasons(plan.leads) == {4: "The lead m1 stands on line 2 with other values."}
    assert reasons(plan.deals) == {4: "The lead m1 was won before, on line 2."}
    assert len(plan.leads.items[0].steps) == 3
