"""Own events as the contracts that others read; what is not listed here is private."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from approval_service.domain.approval.approval import Approval
from approval_service.domain.delegation.delegation import Delegation
from approval_service.domain.organisation.calendar import Calendar
from approval_service.domain.organisation.department import Department
from approval_service.domain.organisation.person import Person
from opentas_shared.contracts import approval as contracts
from opentas_shared.contracts.organisation import (
    CalendarChanged,
    DelegationGranted,
    DelegationRevoked,
    DepartmentChanged,
    DepartmentRegistered,
    PersonChanged,
    PersonRegistered,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.domain.aggregate import AggregateEvent
    from opentas_shared.persistence.recorded import Recorded

PERSON = ("person_id", "department_id", "posts", "roles", "superior_id", "active")
DEPARTMENT = ("department_id", "parent_id", "path", "head_id", "name", "name_zh", "calendar_id")
CALENDAR = tuple(CalendarChanged.model_fields)
DELEGATION = ("principal_id", "deputy_id", "from_at", "until_at", "flows")


def _approval(
    contract: type[Contract], at: str | None = None
) -> Callable[[Any, Recorded], Contract]:
    """Carry over the fields of the same name; ``at`` names the field for the event's instant."""
    names = [name for name in contract.model_fields if name not in {"approval_id", at}]

    def translate(event: Any, recorded: Recorded) -> Contract:
        fields = {name: getattr(event, name) for name in names}
        if at is not None:
            fields[at] = event.timestamp
        return contract(approval_id=event.originator_id, **fields)

    return translate


def _carried(contract: type[Contract], names: tuple[str, ...]) -> Callable[..., Contract]:
    def translate(event: Any, recorded: Recorded) -> Contract:
        return contract(**{name: getattr(event, name) for name in names})

    return translate


def _delegation(contract: type[Contract]) -> Callable[[Any, Recorded], Contract]:
    def translate(event: Any, recorded: Recorded) -> Contract:
        fields = {name: getattr(event, name) for name in DELEGATION}
        return contract(delegation_id=event.originator_id, **fields)

    return translate


PUBLISHED: Mapping[type[AggregateEvent], Callable[[Any, Recorded], Contract]] = {
    Approval.Started: _approval(contracts.ApprovalStarted, at="submitted_at"),
    Approval.NotStarted: _approval(contracts.ApprovalNotStarted),
    Approval.NodeActivated: _approval(contracts.NodeActivated),
    Approval.NodeCompleted: _approval(contracts.NodeCompleted),
    Approval.TaskAssigned: _approval(contracts.TaskAssigned),
    Approval.TaskOpened: _approval(contracts.TaskOpened),
    Approval.TaskDecided: _approval(contracts.TaskDecided),
    Approval.TaskClosed: _approval(contracts.TaskClosed),
    Approval.DecisionWithdrawn: _approval(contracts.DecisionWithdrawn),
    Approval.TaskTransferred: _approval(contracts.TaskTransferred),
    Approval.TaskDelegated: _approval(contracts.TaskDelegated),
    Approval.SignerAdded: _approval(contracts.SignerAdded),
    Approval.SignerRemoved: _approval(contracts.SignerRemoved),
    Approval.TimerFired: _approval(contracts.TimerFired),
    Approval.Urged: _approval(contracts.ApproverUrged),
    Approval.Copied: _approval(contracts.CopySent),
    Approval.Returned: _approval(contracts.ApprovalReturned),
    Approval.Recalled: _approval(contracts.ApprovalRecalled),
    Approval.Resubmitted: _approval(contracts.ApprovalResubmitted),
    Approval.Completed: _approval(contracts.ApprovalCompleted, at="completed_at"),
    Approval.Reversed: _approval(contracts.ApprovalReversed, at="reversed_at"),
    Approval.WentStale: _approval(contracts.ApprovalWentStale),
    Approval.Refreshed: _approval(contracts.ApprovalRefreshed),
    Person.Created: _carried(PersonRegistered, PERSON),
    Person.Changed: _carried(PersonChanged, PERSON),
    Department.Created: _carried(DepartmentRegistered, DEPARTMENT),
    Department.Changed: _carried(DepartmentChanged, DEPARTMENT),
    Calendar.Created: _carried(CalendarChanged, CALENDAR),
    Calendar.Changed: _carried(CalendarChanged, CALENDAR),
    Delegation.Created: _delegation(DelegationGranted),
    Delegation.Revoked: _delegation(DelegationRevoked),
}
