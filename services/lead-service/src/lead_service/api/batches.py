"""The import of leads: many in one request, a result for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import select
from starlette.concurrency import run_in_threadpool

from lead_service.api.access import Importer, Runner
from lead_service.api.import_requests import LeadBatchRequest, LeadImport, Malformed
from lead_service.commands.capturing import lead_id_of
from lead_service.commands.importing import ImportLead, import_lead
from lead_service.read_models.leads import leads
from opentas_shared.web.batch import BatchAnswer, BatchItem
from opentas_shared.web.requests import resources

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opentas_shared.web.auth import Caller

router = APIRouter(tags=["leads"])
LOOKED_UP = 64
"""So many known leads are looked up with one statement: about a batch of the executor."""


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
    known = await run_in_threadpool(_known, ids, request)
    items = []
    for index, (item, lead_id) in enumerate(zip(body.items, ids, strict=True)):
        if isinstance(item, Malformed):
            items.append(BatchItem(item.natural_key, item.refuse))
        else:
            start = index - index % LOOKED_UP
            near = [] if lead_id not in known else ids[start : start + LOOKED_UP]
            run = _Run(item, lead_id, caller, near, unseen=lead_id not in known)
            items.append(BatchItem(item.natural_key, run, waived=item.waived_rules))
        known.add(lead_id)
    return await commands.batch(items, caller, request)


def _known(ids: Sequence[UUID], request: Request) -> set[UUID]:
    with resources(request).database.read() as connection:
        return set(connection.scalars(select(leads.c.id).where(leads.c.id.in_(ids))))


class _Run:
    """One item as a unit of work; ``unseen`` is believed at the first attempt only.

    ``near`` are leads that are looked up together with a known one.
    """

    def __init__(
        self,
        item: LeadImport,
        lead_id: UUID,
        caller: Caller,
        near: Sequence[UUID],
        *,
        unseen: bool,
    ) -> None:
        self._item = item
        self._lead_id = lead_id
        self._caller = caller
        self._near = near
        self._unseen = unseen

    def __call__(self, work: UnitOfWork) -> dict[str, Any]:
        """Take the steps; members of the item's result."""
        item, lead_id = self._item, self._lead_id
        unseen, self._unseen = self._unseen, False
        work.rows.prefetch(leads, [{"id": id} for id in self._near])
        steps = tuple(step.step(item, lead_id, self._caller) for step in item.steps)
        taken = import_lead(ImportLead(lead_id, item.natural_key, steps, unseen), work)
        row = work.rows.get(leads, id=lead_id)
        assert row is not None
        return {
            "id": lead_id,
            "version": row["version"],
            "opportunity_id": row["opportunity_id"],
            "steps_taken": taken,
            "outcome": "ACCEPTED" if taken else "UNCHANGED",
        }
