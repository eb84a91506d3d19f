"""What approval-service says to lead-service, as its published contracts."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any
from uuid import UUID

from lead_service.reactions import REACTIONS
from opentas_shared.contracts.approval import (
    ApprovalCompleted,
    ApprovalNotStarted,
    ApprovalRecalled,
    ApprovalResubmitted,
    ApprovalReturned,
    ApprovalReversed,
    ApprovalStarted,
)
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment, utc_now
from opentas_shared.messaging.envelope import Envelope
from opentas_shared.persistence.recorded import Context

if TYPE_CHECKING:
    from fastapi import FastAPI

    from opentas_shared.contracts.contract import Contract

CREATION = "tas_1_1_create_opportunity"
ASSESSMENT = "tas_1_2_customer_info_assessment"
CORE_CHANGE = "tas_1_3_customer_core_info_change"


class Approvals:
    """Speaks for approval-service about the approval of one answer to a request."""

    def __init__(self, app: FastAPI, asked: dict[str, Any]) -> None:
        self.executor = app.state.resources.executor
        subject = "lead" if "lead_id" in asked else "customer"
        self.about = {
            "approval_id": UUID(asked["approval_id"]),
            "flow": asked["flow"],
            "subject_type": subject,
            "subject_id": asked[f"{subject}_id"],
            "submitter_id": asked["submitter_id"],
            "definition_version": 1,
            "round": 1,
        }

    async def hear(self, contract: Contract) -> None:
        """Let lead-service react as it does to what it consumes."""
        read = type(contract).model_validate_json(contract.model_dump_json())
        fields: dict[str, Any] = {field.name: None for field in dataclasses.fields(Envelope)}
        fields |= {"id": new_id(), "time": utc_now(), "type": read.TYPE, "actor": "sun.li"}
        envelope = Envelope(**fields)
        context = Context(actor="system:lead-service", moment=Moment(envelope.time))
        reaction = REACTIONS[type(read)]
        await self.executor.run(lambda work: reaction(read, envelope, work), context)

    async def start(self) -> None:
        """It runs."""
        await self.hear(ApprovalStarted(**self.about, facts={}, submitted_at=utc_now()))

    async def fail_to_start(self) -> None:
        """It cannot run."""
        reason = {"reason_code": "NO_APPROVER", "reason": "Nobody is data_steward."}
        await self.hear(ApprovalNotStarted(**self.about, **reason, missing=("data_steward",)))

    async def give_back(self, to: str = "submitter") -> None:
        """An approver returns it."""
        back = {"node": "data_steward", "returned_by": "sun.li", "to": to}
        await self.hear(ApprovalReturned(**self.about, **back))

    async def recall(self) -> None:
        """Its submitter takes it back to change it."""
        await self.hear(ApprovalRecalled(**self.about, by="chen.jing"))

    async def resubmit(self) -> None:
        """Its submitter sends it again."""
        await self.hear(ApprovalResubmitted(**self.about, resubmitted_by="chen.jing"))

    async def end(self, outcome: str = "APPROVED", form: Any = None) -> None:
        """It has ended."""
        ended = {"outcome": outcome, "completed_at": utc_now(), "form": form}
        await self.hear(ApprovalCompleted(**self.about, **ended))

    async def reverse(self) -> None:
        """What was approved is taken back."""
        await self.hear(ApprovalReversed(**self.about, by="sun.li", reversed_at=utc_now()))
