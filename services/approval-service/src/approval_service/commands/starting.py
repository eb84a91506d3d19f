"""Start an approval that was asked for, or record why it cannot start."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from approval_service.commands.routing import DirectoryRouting
from approval_service.configuration.conditions import FORM
from approval_service.configuration.forms import faults_of
from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.states import NotStartedReason
from approval_service.domain.approval.walking import unstaffed
from approval_service.read_models.flows import definition_in_force
from opentas_shared.organisation.directory import person

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class StartApproval:
    """Ask for the approval ``approval_id`` of a flow; ``facts`` are pinned as they are now."""

    approval_id: UUID
    flow: str
    request_no: int
    subject_type: str
    subject_id: str
    submitter_id: str
    facts: dict[str, Any]
    form: dict[str, Any]
    at: Moment


def start(command: StartApproval, work: UnitOfWork) -> None:
    """Start the approval; a repeated request changes nothing."""
    if work.find(Approval, command.approval_id) is not None:
        return
    approval = Approval.request(
        command.approval_id,
        command.at,
        flow=command.flow,
        request_no=command.request_no,
        subject_type=command.subject_type,
        subject_id=command.subject_id,
        submitter_id=command.submitter_id,
        facts=command.facts,
        form=command.form,
    )
    _start_or_refuse(approval, command, work)
    work.save(approval)


def _start_or_refuse(approval: Approval, command: StartApproval, work: UnitOfWork) -> None:
    at = command.at
    definition = definition_in_force(work.rows, command.flow)
    if definition is None:
        reason = f"There is no definition of the flow {command.flow}."
        approval.refuse(NotStartedReason.NO_DEFINITION, reason, at)
        return
    submitter = person(work.rows, command.submitter_id)
    if submitter is None or not submitter.active:
        reason = f"The organisation knows no active person {command.submitter_id}."
        approval.refuse(NotStartedReason.SUBMITTER_UNKNOWN, reason, at)
        return
    faults = faults_of(json.dumps(definition.form, sort_keys=True), command.form)
    if faults:
        reason = "The form is incomplete: " + " ".join(fault.detail for fault in faults)
        missing = [fault.field for fault in faults]
        approval.refuse(NotStartedReason.FORM_INCOMPLETE, reason, at, missing)
        return
    routing = DirectoryRouting(work.rows)
    facts = {**command.facts, FORM: command.form}
    nodes = unstaffed(definition.nodes, routing, command.submitter_id, facts)
    if nodes:
        reason = f"Nobody can approve {', '.join(nodes)}, and there is no administrator."
        approval.refuse(NotStartedReason.NO_APPROVER, reason, at, nodes)
        return
    approval.start(definition, routing, at)
