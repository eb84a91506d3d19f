"""Resubmit an approval that lies with its submitter: a new round, the earlier ones stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from approval_service.commands.acting import Act
from approval_service.commands.routing import DirectoryRouting
from approval_service.commands.submitting import case_of, faults_in
from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.machine import Command
from opentas_shared.domain.errors import RequirementsMissing, Violation

if TYPE_CHECKING:
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Resubmit(Act):
    """Start a new round; ``form`` replaces the form of the last round, none keeps it."""

    form: dict[str, Any] | None = None


def resubmit(command: Resubmit, work: UnitOfWork) -> None:
    """Start a new round. ``RequirementsMissing`` (422) when the form lacks something."""
    approval = work.get(Approval, command.approval_id)
    routing = DirectoryRouting(work.rows)
    approval.check(Command.RESUBMIT, command.actor)
    form = approval.form if command.form is None else command.form
    case = case_of(approval.flow, approval.submitter_id, approval.facts, form)
    faults = faults_in(approval.plan, form, case, routing)
    if faults:
        raise RequirementsMissing(
            "The form is incomplete.",
            violations=[
                Violation(
                    "FORM_INVALID", one.detail, pointer=f"/form/{one.field.replace('.', '/')}"
                )
                for one in faults
            ],
        )
    approval.resubmit(command.actor, command.comment, form, routing, command.at)
    work.save(approval)
