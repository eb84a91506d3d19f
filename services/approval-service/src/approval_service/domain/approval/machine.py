"""The state machine of the approval as one table; the documentation is generated from it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from approval_service.domain.approval import events
from approval_service.domain.approval.states import Status
from opentas_shared.domain.errors import IllegalTransition

if TYPE_CHECKING:
    from opentas_shared.domain.aggregate import AggregateEvent


class Command(StrEnum):
    """What can be asked of an approval."""

    START = "start"
    REFUSE = "refuse"
    APPROVE = "approve"
    REJECT = "reject"
    RETURN = "return"
    RESUBMIT = "resubmit"


class By(StrEnum):
    """Who gives a command. An administrator may give those of persons on their behalf."""

    SYSTEM = "SYSTEM"
    ASSIGNEE = "ASSIGNEE"
    SUBMITTER = "SUBMITTER"


@dataclass(frozen=True)
class Transition:
    """One row: from which states, by whom, with which events, to which states.

    ``events`` lists every event that the command may cause, in the order of their occurrence.
    """

    command: Command
    by: By
    sources: frozenset[Status]
    events: tuple[type[AggregateEvent], ...]
    targets: frozenset[Status]
    meaning: str
    meaning_zh: str


ASKING = (events.NodeSkipped, events.NodeActivated, events.TaskAssigned, events.Completed)
DECIDING = (events.TaskDecided, events.TaskClosed, events.NodeCompleted)

MACHINE: tuple[Transition, ...] = (
    Transition(
        Command.START,
        By.SYSTEM,
        frozenset({Status.REQUESTED}),
        (events.Started, *ASKING),
        frozenset({Status.RUNNING, Status.APPROVED}),
        "The first round starts at the first node that applies.",
        "启动第一轮审批",
    ),
    Transition(
        Command.REFUSE,
        By.SYSTEM,
        frozenset({Status.REQUESTED}),
        (events.NotStarted,),
        frozenset({Status.NOT_STARTED}),
        "The approval cannot run; the reason is recorded.",
        "无法启动并记录原因",
    ),
    Transition(
        Command.APPROVE,
        By.ASSIGNEE,
        frozenset({Status.RUNNING}),
        (*DECIDING, *ASKING),
        frozenset({Status.RUNNING, Status.APPROVED}),
        "Agree; the next node that applies is asked, after the last the approval is approved.",
        "同意",
    ),
    Transition(
        Command.REJECT,
        By.ASSIGNEE,
        frozenset({Status.RUNNING}),
        (*DECIDING, events.Completed),
        frozenset({Status.REJECTED}),
        "Refuse; the approval ends.",
        "拒绝",
    ),
    Transition(
        Command.RETURN,
        By.ASSIGNEE,
        frozenset({Status.RUNNING}),
        (*DECIDING, events.Returned),
        frozenset({Status.RETURNED}),
        "Hand back to the submitter, who may resubmit.",
        "退回提交人",
    ),
    Transition(
        Command.RESUBMIT,
        By.SUBMITTER,
        frozenset({Status.RETURNED}),
        (events.Resubmitted, *ASKING),
        frozenset({Status.RUNNING, Status.APPROVED}),
        "A new round starts at the first node; the earlier rounds stay visible.",
        "重新提交（新一轮）",
    ),
)

TRANSITIONS = {transition.command: transition for transition in MACHINE}


def allowed_in(status: Status) -> tuple[Command, ...]:
    """The commands that persons can give in a state."""
    return tuple(
        row.command for row in MACHINE if status in row.sources and row.by is not By.SYSTEM
    )


def require(command: Command, status: Status) -> None:
    """Refuse with ``IllegalTransition`` (409) what the state does not allow."""
    if status not in TRANSITIONS[command].sources:
        raise IllegalTransition(command, status, allowed_in(status))
