"""Approvals of leads and customers start as those of opportunities do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentas_shared.contracts.customer import CustomerApprovalRequested
from opentas_shared.contracts.lead import LeadApprovalRequested
from opentas_shared.domain.ids import derived_id, new_id
from opentas_shared.domain.time import utc_now

if TYPE_CHECKING:
    from tests.service.approval.world import World

CREATION = "tas_1_1_create_opportunity"
CORE_CHANGE = "tas_1_3_customer_core_info_change"


def requested(subject_id: Any, flow: str, **more: Any) -> dict[str, Any]:
    return {
        "owner_id": "chen.jing",
        "approval_id": derived_id("approval", subject_id, flow, 1),
        "flow": flow,
        "request_no": 1,
        "submitter_id": "chen.jing",
        **more,
    }


async def test_a_lead_asks_for_tas_1_1(world: World) -> None:
    lead_id = new_id()
    form = {"owner_id": "chen.jing", "name": "MES"}
    facts = {"classification": "GENERAL_HOT", "base_amount_minor": 250_000_000}
    contract = LeadApprovalRequested(
        **requested(lead_id, CREATION, form=form, facts=facts),
        lead_id=lead_id,
        source="WEBSITE",
        captured_at=utc_now(),
    )
    world.hear(contract)
    approval = await world.read(contract.approval_id)
    assert approval["status"] == "RUNNING"
    assert (approval["subject_type"], approval["subject_id"]) == ("lead", str(lead_id))
    assert approval["subject_url"] == f"/v1/leads/{lead_id}"
    assert approval["facts"]["classification"] == "GENERAL_HOT"
    assert approval["facts"]["solution_fit"] is None
    assert approval["form"] == form


async def test_a_customer_asks_for_tas_1_3(world: World) -> None:
    customer_id = new_id()
    contract = CustomerApprovalRequested(
        **requested(
            customer_id,
            CORE_CHANGE,
            form={"changes": {"name": "Huaxin Group"}},
            facts={"changed_fields": ["name"], "owner_roles": ["data_steward"]},
        ),
        customer_id=customer_id,
        name="Huaxin Machinery",
        verification_status="VERIFIED",
        registered_at=utc_now(),
    )
    world.hear(contract)
    approval = await world.read(contract.approval_id)
    assert approval["status"] == "RUNNING"
    assert approval["subject_url"] == f"/v1/customers/{customer_id}"
    assert approval["facts"]["owner_roles"] == ["data_steward"]
    assert approval["facts"]["name"] == "Huaxin Machinery"
