"""A read model rebuilt from the first event on equals the live one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.concurrency import run_in_threadpool

from opentas_shared.contracts.lead import Amount
from opentas_shared.persistence.rebuild import rebuild_from_events
from opportunity_service.service import SERVICE
from tests.service.opportunity.conftest import not_started, reversed_
from tests.service.opportunity.test_effects import items, partner_led, slot
from tests.support.opportunity_flows import FLOW_2_1, FLOW_2_2, FLOW_2_3, FLOW_2_5, FORMS

if TYPE_CHECKING:
    from opentas_shared.persistence.projection import Projection
    from tests.service.opportunity.conftest import Calls


@pytest.mark.parametrize("projection", SERVICE.projections, ids=lambda each: each.name)
async def test_a_rebuild_changes_nothing(chen: Calls, projection: Projection) -> None:
    id = await chen.converted(amount=Amount(amount_minor=150_000_000, currency="CNY"))
    yes = {"answer": True}
    await chen.do(id, "close-date-revision", expected_close_date="2027-01-31")
    await chen.do(id, "go-no-go", is_it_an_opportunity=yes, are_we_competitive=yes)
    await chen.approval(id, FLOW_2_1)
    await chen.do(id, "stage-advancement", to_stage="PRESENT_VALUE")
    asked = await chen.do(id, "approval-requests", flow=FLOW_2_3, form=FORMS[FLOW_2_3])
    await chen.hears(not_started(id, asked["approval_id"], FLOW_2_3))
    await chen.approval(id, FLOW_2_3)
    kept = await chen.approval(id, FLOW_2_5, slots=[slot()])
    freed = await chen.approval(id, FLOW_2_5, slots=[slot(day=2)])
    await chen.hears(reversed_(id, freed, FLOW_2_5))
    partner = await partner_led(chen)
    for _ in range(2):
        taken_back = await chen.approval(partner, FLOW_2_2)
    await chen.hears(reversed_(partner, taken_back, FLOW_2_2))
    await chen.do(await chen.converted(), "loss", reason="OTHER", reason_text="They moved")
    database = chen.app.state.resources.database
    report = await run_in_threadpool(rebuild_from_events, database, projection)
    assert report.events > 0
    assert set(report.differences.values()) == {0}
    assert (await chen.read(id))["stage"] == "PRESENT_VALUE"
    (booking,) = await items(chen, "/v1/presales-bookings")
    assert booking["approval_id"] == kept
