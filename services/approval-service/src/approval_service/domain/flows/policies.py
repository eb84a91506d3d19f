"""What a node of a flow definition can say: kinds, modes and policies."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """The kinds of nodes."""

    APPROVAL = "APPROVAL"
    CHOICE = "CHOICE"
    PARALLEL = "PARALLEL"
    COPY = "COPY"
    AUTOMATIC = "AUTOMATIC"


class Mode(StrEnum):
    """How the decisions of a node's approvers make the decision of the node (§14.14)."""

    ALL = "ALL"
    """会签: all must agree; the first rejection decides."""
    ANY = "ANY"
    """或签: the first decision, yes or no, decides."""
    SEQUENTIAL = "SEQUENTIAL"
    """依次: one after the other; the next is asked when the one before agreed."""
    RATIO = "RATIO"
    """票签: a share of the voices must agree; it stops as soon as the result is certain."""


class ApproverKind(StrEnum):
    """Where the approvers of a node come from."""

    USER = "USER"
    """The person with the id ``value``."""
    ROLE = "ROLE"
    """Active people who hold ``value`` as a role or a post."""
    DEPARTMENT = "DEPARTMENT"
    """The active members of the department ``value``."""
    HEAD_OF_DEPARTMENT = "HEAD_OF_DEPARTMENT"
    """The head of the department of the ``value`` (``submitter``, ``owner``), or of the
    department with the id ``value``; next level up when that is the submitter."""
    CHAIN_OF_HEADS = "CHAIN_OF_HEADS"
    """The heads of the departments above the ``value`` (``submitter``, ``owner``), nearest
    first, at most ``levels`` of them."""
    SUBMITTER = "SUBMITTER"
    """The submitter."""
    SUBMITTER_CHOICE = "SUBMITTER_CHOICE"
    """Whom the submitter chose for the node in the form's ``chosen_approvers``."""
    APPROVER_CHOICE = "APPROVER_CHOICE"
    """Whom the last approver named as next, at first the form's ``next``; the node is entered
    again as long as its approvers name somebody."""
    FORM_FIELD = "FORM_FIELD"
    """The person or the people whose ids are in the form's field ``value``."""
    EXPRESSION = "EXPRESSION"
    """The ids that the CEL expression ``value`` over the facts gives, a text or a list."""


class EmptyApprover(StrEnum):
    """What happens when nobody can be found for a node (A8); never a stuck approval."""

    ADMINISTRATOR = "ADMINISTRATOR"
    """The administrators of the organisation are asked."""
    PERSON = "PERSON"
    """The node's ``empty_person`` is asked."""
    PASS = "PASS"
    """The node is passed by a machine."""
    REJECT = "REJECT"
    """The node is rejected by a machine."""


class SubmitterIsApprover(StrEnum):
    """What happens when the submitter is among the approvers (A9)."""

    SELF = "SELF"
    """The submitter is asked like anybody."""
    SKIP = "SKIP"
    """The others are asked; when there is nobody else the empty approver policy decides."""
    SUPERIOR = "SUPERIOR"
    """The submitter's superior is asked instead."""


class RepeatedApprover(StrEnum):
    """What happens to somebody who has agreed in this round already (A10)."""

    EACH = "EACH"
    """Asked each time."""
    FIRST_ONLY = "FIRST_ONLY"
    """Asked the first time only; later nodes agree by machine."""
    CONSECUTIVE = "CONSECUTIVE"
    """A machine agrees for them where the node before was theirs too."""


class RejectionPolicy(StrEnum):
    """What a rejected node does (A23)."""

    END = "END"
    """The approval ends as rejected."""
    BACK = "BACK"
    """The approval goes back to ``back_to``, a node or the submitter."""


class AutomaticOutcome(StrEnum):
    """What an automatic node does (A11)."""

    PASS = "PASS"
    REJECT = "REJECT"


class FieldAccess(StrEnum):
    """What an approver of a node may do with a field of the form (A34)."""

    HIDDEN = "HIDDEN"
    READ = "READ"
    WRITE = "WRITE"


class Clock(StrEnum):
    """In which time a limit runs."""

    WORKING = "WORKING"
    """Only while the assignee's working calendar says that work is done."""
    CALENDAR = "CALENDAR"


class TimerAction(StrEnum):
    """What happens when a limit is reached (A28, A29)."""

    REMIND = "REMIND"
    ESCALATE = "ESCALATE"
    """The superior of the assignee gets the task; the assignee keeps seeing it."""
    TRANSFER = "TRANSFER"
    """The limit's ``to`` gets the task."""
    APPROVE = "APPROVE"
    REJECT = "REJECT"


@dataclass(frozen=True)
class Limit:
    """A time limit of a task, in minutes from its assignment; ``remind`` are minutes too."""

    minutes: int
    clock: Clock = Clock.WORKING
    action: TimerAction = TimerAction.REMIND
    remind: tuple[int, ...] = ()
    to: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The primitive form."""
        return {
            "minutes": self.minutes,
            "clock": str(self.clock),
            "action": str(self.action),
            "remind": list(self.remind),
            "to": self.to,
        }

    @classmethod
    def from_dict(cls, fields: dict[str, Any]) -> Limit:
        """Rebuild from ``as_dict``."""
        return cls(
            fields["minutes"],
            Clock(fields["clock"]),
            TimerAction(fields["action"]),
            tuple(fields["remind"]),
            fields["to"],
        )
