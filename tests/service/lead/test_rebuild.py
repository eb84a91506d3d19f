"""A read model rebuilt from the first event on equals the live one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from starlette.concurrency import run_in_threadpool

from lead_service.service import SERVICE
from opentas_shared.persistence.rebuild import rebuild_from_events
from tests.service.lead.approvals import ASSESSMENT, CORE_CHANGE
from tests.service.lead.test_creation_approval import asked
from tests.service.lead.test_customer_approvals import ask, registered, verified

if TYPE_CHECKING:
    from fastapi import FastAPI

    from opentas_shared.persistence.projection import Projection
    from tests.service.lead.conftest import Calls


@pytest.mark.parametrize("projection", SERVICE.projections, ids=lambda each: each.name)
async def test_a_rebuild_changes_nothing(chen: Calls, app: FastAPI, projection: Projection) -> None:
    _, creation = await asked(chen, app)
    await creation.end()
    await creation.reverse()
    path, assessment = await verified(chen, app)
    for outcome in ("APPROVED", "REJECTED"):
        await (await ask(chen, app, path, CORE_CHANGE, changes={"name": outcome})).end(outcome)
    await ask(chen, app, path, CORE_CHANGE, changes={"industry": "IT"})
    other = await registered(chen, name="Other", phone=None, registration_no="2")
    await (await ask(chen, app, other, ASSESSMENT)).fail_to_start()
    await assessment.reverse()
    await chen.post("/v1/contacts", name="王伟")
    database = app.state.resources.database
    report = await run_in_threadpool(rebuild_from_events, database, projection)
    assert report.events > 0
    assert set(report.differences.values()) == {0}
