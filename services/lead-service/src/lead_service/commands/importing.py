"""Bring a lead's history in: all of its steps, or none."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lead_service.commands.capturing import CaptureLead, start
from lead_service.commands.converting import ConvertLead, convert
from lead_service.commands.screening import (
    AssignLead,
    ClassifyLead,
    DiscardLead,
    QualifyLead,
    assign,
    classify,
    discard,
    qualify,
)
from lead_service.domain.lead import Lead
from lead_service.domain.states import LeadCommand
from lead_service.read_models.leads import leads
from opentas_shared.domain.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from opentas_shared.persistence.unit_of_work import UnitOfWork

Step = CaptureLead | ClassifyLead | AssignLead | QualifyLead | ConvertLead | DiscardLead

_RUN: dict[type[Any], tuple[LeadCommand, Callable[[Any, UnitOfWork], None]]] = {
    ClassifyLead: (LeadCommand.CLASSIFICATION, classify),
    AssignLead: (LeadCommand.ASSIGNMENT, assign),
    QualifyLead: (LeadCommand.QUALIFICATION, qualify),
    ConvertLead: (LeadCommand.CONVERSION, convert),
    DiscardLead: (LeadCommand.DISCARD, discard),
}
ONCE = frozenset({LeadCommand.QUALIFICATION, LeadCommand.CONVERSION, LeadCommand.DISCARD})


@dataclass(frozen=True)
class ImportLead:
    """The steps of one lead in the order of their times; ``lead_id`` is its natural key's.

    ``unseen``: whoever sent the command has looked and found no such lead. Should one have come
    into being since, the store refuses the second beginning of a stream and the command is run
    again, then without that belief.
    """

    lead_id: UUID
    natural_key: str
    steps: tuple[Step, ...]
    unseen: bool = False


def import_lead(command: ImportLead, work: UnitOfWork) -> int:
    """Run the steps that the lead has not been through yet, and say how many those were.

    A step is known again by its kind, and where a kind can happen more than once by its time.
    Steps that were run before are never run again, so importing twice changes nothing.
    """
    if not command.unseen and _only_captured(command, work):
        return 0
    lead = None if command.unseen else work.find(Lead, command.lead_id)
    if lead is None and not any(isinstance(step, CaptureLead) for step in command.steps):
        raise NotFound("lead", command.natural_key)
    pending = _pending(command.steps, lead)
    for step in pending:
        if isinstance(step, CaptureLead):
            start(step, work)
        else:
            _RUN[type(step)][1](step, work)
    return len(pending)


def _only_captured(command: ImportLead, work: UnitOfWork) -> bool:
    """Whether there is nothing to take: the lead is known and no other step was sent.

    Most leads of a file that is imported again are such; their streams need not be read.
    """
    return (
        all(isinstance(step, CaptureLead) for step in command.steps)
        and work.rows.get(leads, id=command.lead_id) is not None
    )


def _pending(steps: tuple[Step, ...], lead: Lead | None) -> list[Step]:
    if lead is None:
        return list(steps)
    done = {command: Counter(times) for command, times in lead.times.items()}
    pending: list[Step] = []
    for step in steps:
        if isinstance(step, CaptureLead):
            continue
        command = _RUN[type(step)][0]
        times = done.get(command, Counter())
        if command in ONCE and times:
            continue
        if times[step.at.instant]:
            times[step.at.instant] -= 1
            continue
        pending.append(step)
    return pending
