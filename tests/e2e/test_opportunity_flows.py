"""All 14 flows of opportunities through the real services: who is asked, and what changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.test_lead_to_funnel import CRITERIA, change, create
from tests.support.opportunity_flows import (
    FLOW_2_1,
    FLOW_2_2,
    FLOW_2_3,
    FLOW_2_4,
    FLOW_2_5,
    FLOW_2_6,
    FLOW_3_1,
    FLOW_3_2,
    FLOW_4_1,
    FLOW_6_1,
    FLOW_6_2,
    FLOW_6_3,
    FLOW_6_4,
    FLOW_7_1,
    FORMS,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.live import LiveProduct

YES = {"answer": True}
DISPATCH = {
    "slots": [
        {
            "person_id": "ma.chao",
            "role": "consultant",
            "from": "2026-12-07T09:00:00+08:00",
            "until": "2026-12-07T12:30:00+08:00",
        }
    ]
}


class Story:
    """One opportunity from the conversion on, asked about by its owner."""

    def __init__(self, product: LiveProduct, amount_minor: int) -> None:
        self.product = product
        self.seller = product.client("chen.jing")
        admin = product.client()
        lead = create(
            admin,
            "/v1/leads",
            title="MES for the Suzhou plant",
            source="PARTNER_REFERRAL",
            owner_id="chen.jing",
            scale="LARGE",
            customer_importance="IMPORTANT",
            expected_start="2027-02-01",
            solution_fit="HIGH",
        )
        lead = change(admin, lead, "/v1/leads", "classification")
        lead = change(admin, lead, "/v1/leads", "qualification", criteria=CRITERIA)
        lead = change(
            admin,
            lead,
            "/v1/leads",
            "conversion",
            owner_id="chen.jing",
            new_customer={"name": f"Huaxin Machinery {amount_minor}", "force": True},
            amount={"amount_minor": amount_minor, "currency": "CNY"},
            expected_close_date="2027-06-30",
        )
        self.path = f"/v1/opportunities/{lead['opportunity_id']}"
        self.seller.get(self.path, headers={"Prefer": "wait=10"}).raise_for_status()

    def does(self, command: str, by: str = "chen.jing", **body: Any) -> dict[str, Any]:
        """A command that must be accepted."""
        client = self.seller if by == "chen.jing" else self.product.client(by)
        answer = client.post(f"{self.path}/{command}", json=body, headers={"If-Match": "*"})
        assert answer.is_success, answer.text
        return {**answer.json(), "location": answer.headers.get("location")}

    def reads(self, part: str = "") -> dict[str, Any]:
        """The opportunity, or a part of it."""
        answer = self.seller.get(f"{self.path}{part}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def passes(self, flow: str, form: dict[str, Any] | None = None, by: str = "chen.jing") -> str:
        """Ask for an approval and let everybody who is asked agree; who that was."""
        form = FORMS.get(flow, {}) if form is None else form
        asked = self.does("approval-requests", by, flow=flow, form=form)
        admin, agreed = self.product.client(), []
        while True:
            self.product.settle()
            approval = admin.get(asked["location"]).json()
            if approval["status"] != "RUNNING":
                break
            asked_now = [
                task["assignee_id"]
                for one in approval["rounds"]
                for node in one["nodes"]
                for task in node["tasks"]
                if task["status"] == "OPEN"
            ]
            who = max(asked_now, key=lambda person: person != "admin")
            decided = self.product.client(who).post(
                f"{asked['location']}/approval",
                json={"comment": "agreed"},
                headers={"If-Match": "*"},
            )
            assert decided.status_code == 200, decided.text
            agreed.append(who)
        assert approval["status"] == "APPROVED", approval
        known = self.reads("/approval-requests")["items"][-1]
        assert (known["flow"], known["status"], known["in_effect"]) == (flow, "APPROVED", True)
        return " ".join(agreed)


@pytest.mark.timeout(300)
def test_every_flow_of_an_opportunity(live_product: Callable[..., LiveProduct]) -> None:
    story = Story(live_product("direct"), 150_000_000)
    story.does("go-no-go", is_it_an_opportunity=YES, are_we_competitive=YES)
    assert story.passes(FLOW_2_1) == "zhao.min wu.hao zheng.kai"
    story.does("stage-advancement", to_stage="ANALYZE_REQUIREMENTS")
    assert story.passes(FLOW_2_3) == "wu.hao"
    assert story.passes(FLOW_2_5, DISPATCH, by="wu.hao") == "zhou.guoqiang"
    yesterday = (datetime.now(UTC) - timedelta(days=1)).date().isoformat()
    hours = {"entries": [{"person_id": "ma.chao", "day": yesterday, "half_hours": 7}]}
    assert story.passes(FLOW_2_6, hours, by="ma.chao") == "wu.hao"
    assert story.passes(FLOW_3_1, by="wu.hao") == "tang.li"
    assert story.passes(FLOW_3_2) == "li.wei zhao.min"
    assert story.passes(FLOW_4_1, by="wu.hao") == "tang.li"
    story.does("stage-advancement", to_stage="ORGANIZE_BID")
    assert story.passes(FLOW_6_1, by="wu.hao") == "tang.li zheng.kai"
    assert story.passes(FLOW_6_2) == "zheng.kai feng.lan"
    assert story.passes(FLOW_6_3) == "zhao.min"
    assert story.passes(FLOW_6_4) == "jiang.bo du.juan"
    story.does("stage-advancement")
    story.does("win")
    assert story.passes(FLOW_7_1, by="zheng.kai") == "li.wei wu.hao zhou.guoqiang"
    story.does("contract-signature", contract_no="HT-1", signed_on="2027-07-01")
    shown = story.reads()
    assert (shown["status"], shown["presales_half_hours"]) == ("WON", 7)
    assert [plan["plan"] for plan in story.reads("/plans")["items"]] == [
        "TECHNICAL_GUIDANCE_PLAN",
        "BUSINESS_RELATIONS_PLAN",
        "TECHNICAL_PROPOSAL",
        "COMMERCIAL_PLAN",
        "CONTRACT_SCOPE",
    ]
    seen = story.product.client("wu.hao").get("/v1/presales-bookings?person_id=ma.chao").json()
    assert [booking["role"] for booking in seen["items"]] == ["consultant"]


@pytest.mark.timeout(300)
def test_a_partner_led_opportunity(live_product: Callable[..., LiveProduct]) -> None:
    story = Story(live_product("direct"), 1_000_000)
    story.does("partner-led-change", partner_led=True)
    assert story.passes(FLOW_2_2) == "pan.yue"
    assert story.passes(FLOW_2_4) == "zhao.min"
    story.does("go-no-go", is_it_an_opportunity=YES, are_we_competitive=YES)
    assert story.passes(FLOW_2_1) == "zhao.min wu.hao"
    shown = story.reads()
    assert (shown["strategic_grade"], shown["tas_class"]) == ("KEY", "E")
    (registration,) = story.reads("/registration")["items"]
    assert (registration["status"], registration["partner"]) == ("LIVE", "Huadong Systems")


@pytest.mark.timeout(300)
def test_an_amount_that_moved_closes_the_gate_of_the_bid_until_it_is_back(
    live_product: Callable[..., LiveProduct],
) -> None:
    story = Story(live_product("direct"), 150_000_000)
    story.does("go-no-go", is_it_an_opportunity=YES, are_we_competitive=YES)
    story.passes(FLOW_2_1)
    story.does("stage-advancement", to_stage="ORGANIZE_BID")
    for flow in (FLOW_6_1, FLOW_6_2, FLOW_6_3):
        story.passes(flow)
    amount = {"amount_minor": 175_000_000, "currency": "CNY"}
    story.does("amount-revision", amount=amount)
    story.product.settle()
    assert story.reads()["stale_flows"] == sorted([FLOW_6_2, FLOW_6_3])
    refused = story.seller.post(
        f"{story.path}/stage-advancement", json={}, headers={"If-Match": "*"}
    )
    assert [item["rule"] for item in refused.json()["errors"]] == ["R-18"]
    story.does("amount-revision", amount={**amount, "amount_minor": 150_000_000})
    story.product.settle()
    assert story.reads()["stale_flows"] == []
    story.does("stage-advancement")
