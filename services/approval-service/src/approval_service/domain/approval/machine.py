"""The state machine of the approval as one table.

Decisions and ``allowed-commands`` go by it, the tests hold every event to it, and
``docs/approval-state-machine.md`` is generated from it.
"""

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
    """What can be asked of an approval; those of persons are the last part of their path."""

    START = "start"
    REFUSE = "refuse"
    APPROVE = "approval"
    REJECT = "rejection"
    RETURN = "return"
    ADD_SIGNER = "signer"
    REMOVE_SIGNER = "signer-removal"
    TRANSFER = "transfer"
    DELEGATE = "delegation"
    CLAIM = "claim"
    RELEASE = "release"
    WITHDRAW = "withdrawal"
    RESUBMIT = "resubmission"
    RECALL = "recall"
    REVOKE = "revocation"
    REVERSE = "reversal"
    URGE = "urge"
    COPY = "copy"
    COMMENT = "comment"
    JUMP = "jump"
    TERMINATE = "termination"
    FIRE_TIMER = "fire-timer"
    GO_STALE = "go-stale"
    REFRESH = "refresh"


class By(StrEnum):
    """Who gives a command. An administrator may give those of persons on their behalf."""

    SYSTEM = "SYSTEM"
    ASSIGNEE = "ASSIGNEE"
    SUBMITTER = "SUBMITTER"
    PARTICIPANT = "PARTICIPANT"
    ADMINISTRATOR = "ADMINISTRATOR"


@dataclass(frozen=True)
class Transition:
    """One row: from which states, by whom, with which events, to which states.

    ``events`` lists every event that the command may cause.
    """

    command: Command
    by: By
    sources: frozenset[Status]
    events: tuple[type[AggregateEvent], ...]
    targets: frozenset[Status]


ENTERING = (
    events.NodeSkipped,
    events.NodePassed,
    events.NodeActivated,
    events.TaskAssigned,
    events.TaskClosed,
    events.NodeCompleted,
    events.Copied,
    events.Completed,
)
"""What entering nodes may cause, as far as nobody has to be asked."""
DECIDING = (events.TaskDecided, events.TaskOpened, events.Returned, *ENTERING)
CANCELLING = (events.TaskClosed, events.NodeCompleted)

RUNNING = frozenset({Status.RUNNING})
LEFT_OPEN = frozenset({Status.RUNNING, Status.RETURNED})
GOES_ON = frozenset({Status.RUNNING, Status.APPROVED, Status.REJECTED})
HANDED_BACK = frozenset({Status.RETURNED})
BEGUN = frozenset(Status) - {Status.REQUESTED, Status.NOT_STARTED}


def _of_task(command: Command, *caused: type[AggregateEvent]) -> Transition:
    return Transition(command, By.ASSIGNEE, RUNNING, caused, RUNNING)


def _at_rest(command: Command, by: By, caused: type[AggregateEvent]) -> Transition:
    return Transition(command, by, BEGUN, (caused,), BEGUN)


MACHINE: tuple[Transition, ...] = (
    Transition(
        Command.START,
        By.SYSTEM,
        frozenset({Status.REQUESTED}),
        (events.Started, *ENTERING),
        GOES_ON,
    ),
    Transition(
        Command.REFUSE,
        By.SYSTEM,
        frozenset({Status.REQUESTED}),
        (events.NotStarted,),
        frozenset({Status.NOT_STARTED}),
    ),
    Transition(Command.APPROVE, By.ASSIGNEE, RUNNING, DECIDING, GOES_ON | HANDED_BACK),
    Transition(Command.REJECT, By.ASSIGNEE, RUNNING, DECIDING, GOES_ON | HANDED_BACK),
    Transition(Command.RETURN, By.ASSIGNEE, RUNNING, DECIDING, GOES_ON | HANDED_BACK),
    _of_task(Command.ADD_SIGNER, events.SignerAdded, events.TaskWaits, events.TaskAssigned),
    Transition(
        Command.REMOVE_SIGNER,
        By.ASSIGNEE,
        RUNNING,
        (events.SignerRemoved, events.TaskOpened, events.Returned, *ENTERING),
        GOES_ON | HANDED_BACK,
    ),
    _of_task(Command.TRANSFER, events.TaskTransferred, events.TaskClosed, events.TaskAssigned),
    _of_task(Command.DELEGATE, events.TaskDelegated, events.TaskWaits, events.TaskAssigned),
    _of_task(Command.CLAIM, events.TaskClaimed, events.TaskClosed),
    _of_task(Command.RELEASE, events.TaskClaimed, events.TaskOpened),
    Transition(
        Command.WITHDRAW,
        By.PARTICIPANT,
        LEFT_OPEN,
        (*CANCELLING, events.DecisionWithdrawn, events.NodeReopened, events.TaskOpened),
        RUNNING,
    ),
    Transition(
        Command.RESUBMIT,
        By.SUBMITTER,
        frozenset({Status.RETURNED, Status.REVERSED}),
        (events.Resubmitted, *ENTERING),
        GOES_ON,
    ),
    Transition(Command.RECALL, By.SUBMITTER, RUNNING, (*CANCELLING, events.Recalled), HANDED_BACK),
    Transition(
        Command.REVOKE,
        By.SUBMITTER,
        LEFT_OPEN,
        (*CANCELLING, events.Revoked, events.Completed),
        frozenset({Status.REVOKED}),
    ),
    Transition(
        Command.REVERSE,
        By.SUBMITTER,
        frozenset({Status.APPROVED}),
        (events.Reversed,),
        frozenset({Status.REVERSED}),
    ),
    Transition(Command.URGE, By.SUBMITTER, RUNNING, (events.Urged,), RUNNING),
    _at_rest(Command.COPY, By.PARTICIPANT, events.Copied),
    _at_rest(Command.COMMENT, By.PARTICIPANT, events.Commented),
    Transition(
        Command.JUMP,
        By.ADMINISTRATOR,
        RUNNING,
        (events.Jumped, *ENTERING),
        GOES_ON,
    ),
    Transition(
        Command.TERMINATE,
        By.ADMINISTRATOR,
        LEFT_OPEN,
        (*CANCELLING, events.Terminated, events.Completed),
        frozenset({Status.TERMINATED}),
    ),
    Transition(
        Command.FIRE_TIMER,
        By.SYSTEM,
        RUNNING,
        (events.TimerFired, events.TaskOpened, events.Returned, *ENTERING),
        GOES_ON | HANDED_BACK,
    ),
    Transition(
        Command.GO_STALE,
        By.SYSTEM,
        frozenset({Status.APPROVED}),
        (events.WentStale, *ENTERING),
        GOES_ON,
    ),
    Transition(
        Command.REFRESH,
        By.SYSTEM,
        LEFT_OPEN,
        (*CANCELLING, events.Refreshed),
        frozenset({Status.APPROVED}),
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
