"""What can happen to an approval. Nothing that a person said is ever overwritten.

Each event carries whose approval it is and of what, so that it can be published without
loading the aggregate, and says in ``apply`` what it changes in the aggregate's state.
Texts that people wrote stay in the store and are never published.
"""

from approval_service.domain.approval.events.about import (
    ApprovalEvent,
    PersonalEvent,
)
from approval_service.domain.approval.events.acts import (
    Commented,
    Copied,
    SignerAdded,
    SignerRemoved,
    TaskAct,
    TaskClaimed,
    TaskDelegated,
    TaskTransferred,
    Urged,
)
from approval_service.domain.approval.events.lifecycle import (
    Completed,
    Created,
    Jumped,
    NotStarted,
    Recalled,
    Refreshed,
    Resubmitted,
    Returned,
    Reversed,
    Revoked,
    Started,
    Terminated,
    WentStale,
)
from approval_service.domain.approval.events.nodes import (
    NodeActivated,
    NodeCompleted,
    NodePassed,
    NodeReopened,
    NodeSkipped,
)
from approval_service.domain.approval.events.tasks import (
    DecisionWithdrawn,
    TaskAssigned,
    TaskClosed,
    TaskDecided,
    TaskOpened,
    TaskWaits,
    TimerFired,
)

__all__ = [
    "ApprovalEvent",
    "Commented",
    "Completed",
    "Copied",
    "Created",
    "DecisionWithdrawn",
    "Jumped",
    "NodeActivated",
    "NodeCompleted",
    "NodePassed",
    "NodeReopened",
    "NodeSkipped",
    "NotStarted",
    "PersonalEvent",
    "Recalled",
    "Refreshed",
    "Resubmitted",
    "Returned",
    "Reversed",
    "Revoked",
    "SignerAdded",
    "SignerRemoved",
    "Started",
    "TaskAct",
    "TaskAssigned",
    "TaskClaimed",
    "TaskClosed",
    "TaskDecided",
    "TaskDelegated",
    "TaskOpened",
    "TaskTransferred",
    "TaskWaits",
    "Terminated",
    "TimerFired",
    "Urged",
    "WentStale",
]
