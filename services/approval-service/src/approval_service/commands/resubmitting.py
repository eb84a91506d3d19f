"""Resubmit a returned approval: a new round, the earlier ones stay."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from approval_service.commands.routing import DirectoryRouting
from approval_service.configuration.forms import faults_of
from approval_service.domain.approval.approval import Approval
from opentas_shared.domain.errors import RequirementsMissing, Violation

if TYPE_CHECKING:
    from uuid import UUID

    from approval_service.domain.approval.routing import Actor
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Resubmit:
    """Start a new round; ``form`` replaces the form of the last round, none keeps it."""

    approval_id: UUID
    actor: Actor
    at: Moment
    form: dict[str, Any] | None = None
    comment: str = ""


def resubmit(command: Resubmit, work: UnitOfWork) -> None:
    """Start a new round. ``RequirementsMissing`` (422) when the form lacks something."""
    approval = work.get(Approval, command.approval_id)
    form = approval.form if command.form is None else command.form
    if approval.definition is not None:
        faults = faults_of(json.dumps(approval.definition.form, sort_keys=True), form)
        if faults:
            raise RequirementsMissing(
                "The form is incomplete.",
                violations=[
                    Violation("FORM_INVALID", f.detail, pointer=f"/form/{f.field}") for f in faults
                ],
            )
    approval.resubmit(command.actor, command.comment, form, DirectoryRouting(work.rows), command.at)
    work.save(approval)
