"""Own events as the contracts that others read; what is not listed here is private."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from approval_service.domain.approval.approval import Approval
from approval_service.domain.delegation.delegation import Delegation
from approval_service.domain.organisation.calendar import Calendar
from approval_service.domain.organisation.department import Department
from approval_service.domain.organisation.person import Person
from opentas_shared.contracts.approval import (
    ApprovalCompleted,
    ApprovalNotStarted,
    ApprovalResubmitted,
    ApprovalReturned,
    ApprovalStarted,
    TaskAssigned,
    TaskClosed,
    TaskDecided,
)
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

ABOUT = ("flow", "subject_type", "subject_id", "submitter_id", "definition_version", "round")
PERSON = ("person_id", "department_id", "posts", "roles", "superior_id", "active")
DEPARTMENT = ("department_id", "parent_id", "path", "head_id", "name", "name_zh", "calendar_id")
CALENDAR = tuple(CalendarChanged.model_fields)
DELEGATION = ("principal_id", "deputy_id", "from_at", "until_at", "flows")


def _approval(
    contract: type[Contract], *names: str, moment: str | None = None
) -> Callable[[Any, Recorded], Contract]:
    """Carry over the common facts and ``names``; ``moment`` names the field for the instant."""

    def translate(event: Any, recorded: Recorded) -> Contract:
        fields = {name: getattr(event, name) for name in (*ABOUT, *names)}
        if moment is not None:
            fields[moment] = event.timestamp
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
    Approval.Started: _approval(ApprovalStarted, "facts", moment="submitted_at"),
    Approval.NotStarted: _approval(ApprovalNotStarted, "reason_code", "reason", "missing"),
    Approval.TaskAssigned: _approval(TaskAssigned, "task_id", "node", "assignee_id"),
    Approval.TaskDecided: _approval(
        TaskDecided, "task_id", "node", "assignee_id", "decision", "decided_by", "on_behalf_of"
    ),
    Approval.TaskClosed: _approval(TaskClosed, "task_id", "node", "assignee_id", "reason_code"),
    Approval.Returned: _approval(ApprovalReturned, "node", "returned_by"),
    Approval.Resubmitted: _approval(ApprovalResubmitted, "resubmitted_by"),
    Approval.Completed: _approval(ApprovalCompleted, "outcome", moment="completed_at"),
    Person.Created: _carried(PersonRegistered, PERSON),
    Person.Changed: _carried(PersonChanged, PERSON),
    Department.Created: _carried(DepartmentRegistered, DEPARTMENT),
    Department.Changed: _carried(DepartmentChanged, DEPARTMENT),
    Calendar.Created: _carried(CalendarChanged, CALENDAR),
    Calendar.Changed: _carried(CalendarChanged, CALENDAR),
    Delegation.Created: _delegation(DelegationGranted),
    Delegation.Revoked: _delegation(DelegationRevoked),
}
