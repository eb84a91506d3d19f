"""What other services publish and approval-service listens to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from approval_service.commands.starting import StartApproval, start
from approval_service.configuration.conditions import pinned
from approval_service.following import FOLLOWING, begins
from opentas_shared.contracts.customer import CustomerApprovalRequested
from opentas_shared.contracts.lead import LeadApprovalRequested
from opentas_shared.contracts.opportunity import ApprovalRequested

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.unit_of_work import UnitOfWork

Requested = ApprovalRequested | LeadApprovalRequested | CustomerApprovalRequested


def starts(subject: str) -> Callable[[Requested, Envelope, UnitOfWork], None]:
    """The reaction to a subject's request; the contract names it as ``<subject>_id``."""

    def on_approval_requested(contract: Requested, envelope: Envelope, work: UnitOfWork) -> None:
        """Start the approval that a subject asks for, with its facts pinned."""
        known = {**contract.model_dump(mode="json"), **contract.facts}
        start(
            StartApproval(
                approval_id=contract.approval_id,
                flow=contract.flow,
                request_no=contract.request_no,
                subject_type=subject,
                subject_id=str(known[f"{subject}_id"]),
                submitter_id=contract.submitter_id,
                facts={**contract.facts, **pinned(subject, known)},
                form=contract.form,
                at=work.context.moment,
                subject_version=envelope.aggregate_version,
            ),
            work,
        )

    return on_approval_requested


REACTIONS: Mapping[type[Contract], Callable[[Any, Envelope, UnitOfWork], None]] = {
    ApprovalRequested: begins("opportunity", starts("opportunity")),
    LeadApprovalRequested: begins("lead", starts("lead")),
    CustomerApprovalRequested: begins("customer", starts("customer")),
    **FOLLOWING,
}
