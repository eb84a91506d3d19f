"""What other services publish and approval-service listens to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from approval_service.commands.starting import StartApproval, start
from approval_service.configuration.conditions import pinned
from opentas_shared.contracts.opportunity import ApprovalRequested

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.unit_of_work import UnitOfWork

SUBJECT = "opportunity"


def on_approval_requested(
    contract: ApprovalRequested, envelope: Envelope, work: UnitOfWork
) -> None:
    """Start the approval that an opportunity asks for, with its facts pinned."""
    known = {**contract.model_dump(mode="json"), **contract.facts}
    start(
        StartApproval(
            approval_id=contract.approval_id,
            flow=contract.flow,
            request_no=contract.request_no,
            subject_type=SUBJECT,
            subject_id=str(contract.opportunity_id),
            submitter_id=contract.submitter_id,
            facts={**contract.facts, **pinned(SUBJECT, known)},
            form=contract.form,
            at=work.context.moment,
        ),
        work,
    )


REACTIONS: Mapping[type[Contract], Callable[[Any, Envelope, UnitOfWork], None]] = {
    ApprovalRequested: on_approval_requested,
}
