"""The state machine of the approval as one table.

Decisions and ``allowed-commands`` go by it, and the tests hold every event to it.
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
    RESUBMIT = "resubmission"


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


ASKING = (events.NodeSkipped, events.NodeActivated, events.TaskAssigned, events.Completed)
DECIDING = (events.TaskDecided, events.TaskClosed, events.NodeCompleted)

MACHINE: tuple[Transition, ...] = (
    Transition(
        Command.START,
        By.SYSTEM,
        frozenset({Status.REQUESTED}),
        (events.Started, *ASKING),
        frozenset({Status.RUNNING, Status.APPROVED}),
    ),
    Transition(
        Command.REFUSE,
        By.SYSTEM,
        frozenset({Status.REQUESTED}),
        (events.NotStarted,),
        frozenset({Status.NOT_STARTED}),
    ),
    Transition(
        Command.APPROVE,
        By.ASSIGNEE,
        frozenset({Status.RUNNING}),
        (*DECIDING, *ASKING),
        frozenset({Status.RUNNING, Status.APPROVED}),
    ),
    Transition(
        Command.REJECT,
        By.ASSIGNEE,
        frozenset({Status.RUNNING}),
        (*DECIDING, events.Completed),
        frozenset({Status.REJECTED}),
    ),
    Transition(
        Command.RETURN,
        By.ASSIGNEE,
        frozenset({Status.RUNNING}),
        (*DECIDING, events.Returned),
        frozenset({Status.RETURNED}),
    ),
    Transition(
        Command.RESUBMIT,
        By.SUBMITTER,
        frozenset({Status.RETURNED}),
        (events.Resubmitted, *ASKING),
        frozenset({Status.RUNNING, Status.APPROVED}),
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
