"""TAS 1-1, 1-2 and 1-3 through the real services: who is asked, and what changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.e2e.test_lead_to_funnel import CRITERIA, change, create

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.live import LiveProduct

pytestmark = pytest.mark.timeout(300)
CUSTOMER = {
    "name": "Huaxin Machinery",
    "registration_no": "91320594MA1K4R2D0A",
    "legal_address": "1 Xinghu Road, Suzhou",
    "industry": "MANUFACTURING",
}


class Asking:
    """Requests for approvals of leads and customers, decided by whoever is asked."""

    def __init__(self, product: LiveProduct) -> None:
        self.product = product
        self.seller = product.client("chen.jing")

    def passes(self, path: str, decision: str = "approval", **body: Any) -> str:
        """Ask, and let everybody who is asked decide the same; who that was."""
        asked = self.seller.post(f"{path}/approval-requests", json=body, headers={"If-Match": "*"})
        assert asked.status_code == 201, asked.text
        admin, decided = self.product.client(), []
        approval_path = f"/v1/approvals/{asked.json()['approval_id']}"
        while True:
            self.product.settle()
            approval = admin.get(approval_path).json()
            open_tasks = [
                task["assignee_id"]
                for node in approval["rounds"][-1]["nodes"]
                for task in node["tasks"]
                if task["status"] == "OPEN"
            ]
            if not open_tasks:
                return " ".join(decided)
            who = max(open_tasks, key=lambda person: person != "admin")
            answer = self.product.client(who).post(
                f"{approval_path}/{decision}", json={"comment": "seen"}, headers={"If-Match": "*"}
            )
            assert answer.status_code == 200, answer.text
            decided.append(who)

    def reads(self, path: str) -> dict[str, Any]:
        """A thing as the seller sees it."""
        return dict(self.seller.get(path).raise_for_status().json())


@pytest.mark.parametrize("transport", ["direct", pytest.param("kafka", marks=pytest.mark.kafka)])
def test_an_approved_lead_becomes_an_opportunity(
    live_product: Callable[[str], LiveProduct], transport: str
) -> None:
    asking = Asking(live_product(transport))
    seller = asking.seller
    lead = create(
        seller,
        "/v1/leads",
        title="MES for the Suzhou plant",
        source="WEBSITE",
        scale="LARGE",
        customer_importance="IMPORTANT",
        expected_start="2027-02-01",
        solution_fit="HIGH",
    )
    path, flow = f"/v1/leads/{lead['id']}", "tas_1_1_create_opportunity"
    refused = seller.post(
        f"{path}/approval-requests", json={"flow": flow}, headers={"If-Match": "*"}
    )
    assert refused.status_code == 422
    assert {"R-01", "R-02"} <= {error.get("rule") for error in refused.json()["errors"]}
    lead = change(seller, lead, "/v1/leads", "classification")
    change(seller, lead, "/v1/leads", "qualification", criteria=CRITERIA)

    amount = {"amount_minor": 1_000_000, "currency": "CNY"}
    who = asking.passes(path, flow=flow, form={"owner_id": "chen.jing", "amount": amount})
    converted = asking.reads(path)
    assert converted["status"] == "CONVERTED"
    opened = asking.reads(f"/v1/opportunities/{converted['opportunity_id']}")
    assert (opened["owner_id"], opened["amount"]["amount_minor"]) == ("chen.jing", 1_000_000)
    assert who


def test_a_customer_is_verified_and_its_core_fields_change_only_by_approval(
    live_product: Callable[[str], LiveProduct],
) -> None:
    asking = Asking(live_product("direct"))
    customer = create(asking.seller, "/v1/customers", **CUSTOMER)
    path = f"/v1/customers/{customer['id']}"
    assert asking.passes(path, flow="tas_1_2_customer_info_assessment")
    verified = asking.reads(path)
    assert verified["verification_status"] == "VERIFIED"

    direct = asking.seller.patch(path, json={"name": "Other"}, headers={"If-Match": "*"})
    assert direct.status_code == 422, direct.text
    assert {error.get("rule") for error in direct.json()["errors"]} == {"R-21"}
    wanted = {"changes": {"name": "Huaxin Intelligent Machinery"}, "reason": "renamed"}
    about = {"flow": "tas_1_3_customer_core_info_change", "form": wanted}
    asking.passes(path, "rejection", **about)
    assert asking.reads(path)["name"] == CUSTOMER["name"]
    asking.passes(path, **about)
    changed = asking.reads(path)
    assert (changed["name"], changed["proposed_changes"]) == ("Huaxin Intelligent Machinery", [])
