"""The decisions of an approval, and what each approver saw (D3)."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson
from fastapi import APIRouter, Request

from approval_service.api.access import Reader, fetch_approval, hidden_for
from approval_service.api.evidence_views import Decisions, Evidence
from approval_service.api.reading import rows_of
from approval_service.read_models.decisions import MORE, SAID, Decided, decisions, withdrawals
from approval_service.read_models.differences import difference_to_now
from approval_service.read_models.dossier import evidence
from approval_service.read_models.hiding import without
from opentas_shared.domain.errors import NotFound
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources

if TYPE_CHECKING:
    from approval_service.read_models.decisions import Stream

router = APIRouter(prefix="/v1/approvals", tags=["approvals"])


@router.get(
    "/{approval_id}/decisions",
    response_model=Decisions,
    summary="List the decisions of an approval",
    responses=problems(404),
)
def list_decisions(approval_id: UUID, caller: Reader, request: Request) -> Any:
    """Every decision of a person, oldest first, those withdrawn too."""
    row = fetch_approval(approval_id, caller, request)
    stream = resources(request).events.history(approval_id)
    items = [_view(one, stream) for one in decisions(stream)]
    return {"items": without(hidden_for(caller, row), items)}


@router.get(
    "/{approval_id}/decisions/{no}/evidence",
    response_model=Evidence,
    summary="Read what the approver saw",
    responses=problems(404),
)
def read_evidence(approval_id: UUID, no: int, caller: Reader, request: Request) -> Any:
    """Exactly what lay before the person who took the decision, and what is different now."""
    row = fetch_approval(approval_id, caller, request)
    stream = resources(request).events.history(approval_id)
    decided = next((one for one in decisions(stream) if one.no == no), None)
    if decided is None:
        raise NotFound("decision", str(no))
    seen, hidden = evidence(decided), hidden_for(caller, row)
    canonical = orjson.dumps(seen, option=orjson.OPT_SORT_KEYS)
    with rows_of(request) as rows:
        difference = difference_to_now(seen, rows)
    return {
        "decision": without(hidden, _view(decided, stream)),
        "evidence": without(hidden, seen),
        "sha256": sha256(canonical).hexdigest(),
        "withheld": sorted(hidden & seen["form"].keys()),
        "difference_to_now": difference,
    }


def _view(decided: Decided, stream: Stream) -> dict[str, Any]:
    event, taken = decided.event, withdrawals(stream).get(decided.no)
    return {
        "no": decided.no,
        "round": event.round,
        "node": event.node,
        "task_id": event.task_id,
        **{name: getattr(event, name) for name in (*SAID, *MORE)},
        "decided_at": event.timestamp,
        "withdrawn": taken and {"by": taken.by, "at": taken.timestamp, "comment": taken.comment},
        "evidence_url": f"/v1/approvals/{event.originator_id}/decisions/{decided.no}/evidence",
    }
