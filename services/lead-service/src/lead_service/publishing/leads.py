"""What is published of leads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from lead_service.domain.lead import Lead
from lead_service.publishing.fields import REQUEST, RESULT, fields
from opentas_shared.contracts import lead as contracts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.domain.aggregate import AggregateEvent
    from opentas_shared.persistence.recorded import Recorded


def captured(event: Lead.Created, record: Recorded) -> contracts.LeadCaptured:
    """``lead.captured``."""
    return contracts.LeadCaptured(
        lead_id=event.originator_id,
        source=event.source,
        owner_id=event.owner_id,
        captured_at=event.timestamp,
        generation_mode=event.generation_mode,
        customer_id=_uuid(event.facts["customer_id"]),
        natural_key=event.natural_key,
    )


def classified(event: Lead.Classified, record: Recorded) -> contracts.LeadClassified:
    """``lead.classified``."""
    return contracts.LeadClassified(
        **_repeated(event), classification=event.classification, by_hand=event.by_hand
    )


def assigned(event: Lead.Assigned, record: Recorded) -> contracts.LeadAssigned:
    """``lead.assigned``."""
    return contracts.LeadAssigned(**_repeated(event), previous_owner_id=event.previous_owner_id)


def qualified(event: Lead.Qualified, record: Recorded) -> contracts.LeadQualified:
    """``lead.qualified``."""
    return contracts.LeadQualified(**_repeated(event))


def discarded(event: Lead.Discarded, record: Recorded) -> contracts.LeadDiscarded:
    """``lead.discarded``; the words to the reason stay private."""
    return contracts.LeadDiscarded(**_repeated(event), reason=event.reason)


def converted(event: Lead.Converted, record: Recorded) -> contracts.LeadConverted:
    """``lead.converted``: everything that the opportunity is opened with."""
    return contracts.LeadConverted(
        **_repeated(event),
        opportunity_id=UUID(event.opportunity_id),
        opportunity_name=event.opportunity_name,
        customer_id=_uuid(event.customer_id),
        contact_id=_uuid(event.contact_id),
        stage_model=event.stage_model,
        amount=event.amount,
        win_probability=event.win_probability,
        expected_close_date=event.expected_close_date,
        strategic_grade=event.strategic_grade,
        previous_owner_id=event.previous_owner_id,
        waived=tuple(event.waived),
        converted_by=event.converted_by,
    )


def approval_requested(
    event: Lead.ApprovalRequested, record: Recorded
) -> contracts.LeadApprovalRequested:
    """``lead.approval_requested``: approval-service starts it with these facts."""
    return contracts.LeadApprovalRequested(
        **_repeated(event), **fields(event, *REQUEST), facts=event.pinned
    )


def approval_result(
    event: Lead.ApprovalResultRecorded, record: Recorded
) -> contracts.LeadApprovalResultRecorded:
    """``lead.approval_result_recorded``."""
    return contracts.LeadApprovalResultRecorded(**_repeated(event), **fields(event, *RESULT))


def _repeated(event: Any) -> dict[str, Any]:
    return {
        "lead_id": event.originator_id,
        "source": event.source,
        "owner_id": event.owner_id,
        "captured_at": event.captured_at,
    }


def _uuid(text: str | None) -> UUID | None:
    return UUID(text) if text is not None else None


PUBLISHED: Mapping[type[AggregateEvent], Callable[[Any, Recorded], Contract]] = {
    Lead.Created: captured,
    Lead.Classified: classified,
    Lead.Assigned: assigned,
    Lead.Qualified: qualified,
    Lead.Discarded: discarded,
    Lead.Converted: converted,
    Lead.ApprovalRequested: approval_requested,
    Lead.ApprovalResultRecorded: approval_result,
}
