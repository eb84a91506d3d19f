"""Milestones: instants whose order the rules of the sales process prescribe (R-24).

One row per event and matter, so that any order of arrival gives the same rows, and an entry that
comes late is found out of order as if it had been there from the beginning.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Column, DateTime, Index, Table, Text, Uuid
from sqlalchemy.dialects.postgresql import ARRAY

from metrics_service.read_models.metadata import metadata
from opentas_shared.contracts.approval import (
    ApprovalCompleted,
    ApprovalRefreshed,
    ApprovalReversed,
    ApprovalStarted,
    ApprovalWentStale,
)
from opentas_shared.contracts.opportunity import (
    ApprovalRequested,
    ContractSigned,
    OpportunityWon,
    StageAdvanced,
)
from opentas_shared.persistence.projection import Projection

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.rows import Rows

milestones = Table(
    "milestones",
    metadata,
    Column("event_id", Uuid, primary_key=True),
    Column("matter", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("at", DateTime(timezone=True), nullable=False),
    Column("subject_type", Text, nullable=False),
    Column("subject_id", Text, nullable=False),
    Column("person_id", Text, nullable=False),
    Column("stage_model", Text),
    Column("approval_id", Uuid),
    Column("waived_rules", ARRAY(Text), nullable=False),
    Index(None, "kind", "matter", "at"),
    Index(None, "subject_id", "kind", "matter"),
    Index(None, "approval_id", "kind"),
)
"""``kind``: of an approval ASKED, APPROVED, REJECTED or LAPSED (taken back, or its facts have
moved), of an opportunity REQUESTED, LEFT_STAGE, WON or SIGNED; ``matter``: the flow or the stage.

``person_id`` is the submitter or the owner; ``waived_rules`` those that an import waived.
"""

KINDS: Mapping[type[Contract], str] = {
    ApprovalStarted: "ASKED",
    ApprovalReversed: "LAPSED",
    ApprovalWentStale: "LAPSED",
    ApprovalRefreshed: "APPROVED",
    ApprovalRequested: "REQUESTED",
    StageAdvanced: "LEFT_STAGE",
    OpportunityWon: "WON",
    ContractSigned: "SIGNED",
}
CONTRACTS: tuple[type[Contract], ...] = (*KINDS, ApprovalCompleted)


def apply(contract: Contract, envelope: Envelope, rows: Rows) -> None:
    """Keep what happened; an end that is no decision is no milestone."""
    kind = KINDS.get(type(contract))
    if isinstance(contract, ApprovalCompleted) and contract.outcome in ("APPROVED", "REJECTED"):
        kind = contract.outcome
    if kind is None:
        return
    about = _of_approval if contract.TOPIC == ApprovalStarted.TOPIC else _of_opportunity
    for matter in _matters(contract):
        row = {"event_id": envelope.id, "matter": matter, "kind": kind, "at": envelope.time}
        rows.put(milestones, {**row, **about(contract)})


def _matters(contract: Any) -> Iterable[str]:
    if isinstance(contract, StageAdvanced):
        return (contract.from_stage, *contract.skipped)
    return (getattr(contract, "flow", ""),)


def _of_approval(event: Any) -> dict[str, Any]:
    return {
        "subject_type": event.subject_type,
        "subject_id": event.subject_id,
        "person_id": event.submitter_id or "",
        "stage_model": None,
        "approval_id": event.approval_id,
        "waived_rules": [],
    }


def _of_opportunity(event: Any) -> dict[str, Any]:
    return {
        "subject_type": "opportunity",
        "subject_id": str(event.opportunity_id),
        "person_id": event.owner_id or "",
        "stage_model": event.stage_model,
        "approval_id": getattr(event, "approval_id", None),
        "waived_rules": list(event.waived_rules),
    }


MILESTONES = Projection("milestones", (milestones,), apply)
