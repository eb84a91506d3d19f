"""The import of leads: many in one request, a result for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response

from lead_service.api.access import Importer, Runner
from lead_service.api.import_requests import LeadBatchRequest, LeadImport, Malformed
from lead_service.commands.capturing import lead_id_of
from lead_service.commands.importing import ImportLead, import_lead
from lead_service.read_models.leads import leads
from opentas_shared.web.batch import BatchAnswer, BatchItem

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opentas_shared.web.auth import Caller

router = APIRouter(tags=["leads"])
PREFETCHED = 64
"""So many items look up together whether they are known: about a batch of the executor."""


@router.post(
    "/v1/leads/batch",
    response_model=BatchAnswer,
    status_code=207,
    summary="Import leads with their history",
)
async def import_leads(
    body: LeadBatchRequest, caller: Importer, request: Request, commands: Runner
) -> Response:
    """Each item is one lead with its steps, all taken or none, with their own times.

    An item seen before answers with its ids and takes only steps that it has not been through.
    `waived_rules` are recorded on every event; what a state allows is never waived.
    """
    caller.needs_role("importer")
    ids = [lead_id_of(item.natural_key) for item in body.items]
    items = [
        BatchItem(
            key=item.natural_key,
            run=_runner(item, ids, index, caller),
            waived=item.waived_rules if isinstance(item, LeadImport) else frozenset(),
        )
        for index, item in enumerate(body.items)
    ]
    return await commands.batch(items, caller, request)


def _runner(
    item: LeadImport | Malformed, ids: list[UUID], index: int, caller: Caller
) -> Callable[[UnitOfWork], dict[str, Any]]:
    if isinstance(item, Malformed):
        return _refuse(item)
    start = index - index % PREFETCHED
    neighbours = ids[start : start + PREFETCHED]
    lead_id = ids[index]

    def run(work: UnitOfWork) -> dict[str, Any]:
        work.rows.prefetch(leads, [{"id": id} for id in neighbours])
        steps = tuple(step.step(item, lead_id, caller) for step in item.steps)
        taken = import_lead(ImportLead(lead_id, item.natural_key, steps), work)
        row = work.rows.get(leads, id=lead_id)
        assert row is not None
        return {
            "id": lead_id,
            "version": row["version"],
            "opportunity_id": row["opportunity_id"],
            "steps_taken": taken,
            "outcome": "ACCEPTED" if taken else "UNCHANGED",
        }

    return run


def _refuse(item: Malformed) -> Callable[[UnitOfWork], dict[str, Any]]:
    def refuse(work: UnitOfWork) -> dict[str, Any]:
        raise item.refusal()

    return refuse
