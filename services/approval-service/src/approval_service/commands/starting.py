"""Start an approval that was asked for, or record why it cannot start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from approval_service.commands.routing import DirectoryRouting
from approval_service.commands.submitting import case_of, faults_in
from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.errors import NoApprover
from approval_service.domain.approval.states import NotStartedReason
from approval_service.read_models.flows import definition_in_force
from opentas_shared.organisation.directory import person

if TYPE_CHECKING:
    from uuid import UUID

    from approval_service.domain.flows.definition import Definition
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.rows import Rows
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class StartApproval:
    """Ask for the approval ``approval_id`` of a flow; ``facts`` are pinned as they are now.

    ``subject_version`` is the version of the subject that they are of, 0 when not known.
    """

    approval_id: UUID
    flow: str
    request_no: int
    subject_type: str
    subject_id: str
    submitter_id: str
    facts: dict[str, Any]
    form: dict[str, Any]
    at: Moment
    subject_version: int = 0


def start(command: StartApproval, work: UnitOfWork) -> None:
    """Start the approval; a repeated request changes nothing."""
    if work.find(Approval, command.approval_id) is not None:
        return
    definition = definition_in_force(work.rows, command.flow)
    refused = refusal(command, definition, work.rows)
    approval = requested(command)
    if refused is None and definition is not None:
        try:
            approval.start(definition, DirectoryRouting(work.rows), command.at)
        except NoApprover as error:
            refused = Refusal(NotStartedReason.NO_APPROVER, error.detail, (error.members["node"],))
            approval = requested(command)
    if refused is not None:
        approval.refuse(refused.code, refused.reason, command.at, refused.missing)
    work.save(approval)


@dataclass(frozen=True)
class Refusal:
    """Why an approval cannot start; ``missing`` names fields of the form or nodes."""

    code: NotStartedReason
    reason: str
    missing: tuple[str, ...] = ()


def requested(command: StartApproval) -> Approval:
    """The approval that is asked for, before it starts."""
    return Approval.request(
        command.approval_id,
        command.at,
        flow=command.flow,
        request_no=command.request_no,
        subject_type=command.subject_type,
        subject_id=command.subject_id,
        submitter_id=command.submitter_id,
        facts=command.facts,
        form=command.form,
        subject_version=command.subject_version,
    )


def refusal(command: StartApproval, definition: Definition | None, rows: Rows) -> Refusal | None:
    """Why the approval cannot even begin to ask."""
    if definition is None:
        reason = f"There is no definition of the flow {command.flow}."
        return Refusal(NotStartedReason.NO_DEFINITION, reason)
    submitter = person(rows, command.submitter_id)
    if submitter is None or not submitter.active:
        reason = f"The organisation knows no active person {command.submitter_id}."
        return Refusal(NotStartedReason.SUBMITTER_UNKNOWN, reason)
    if definition.submitters and not {*submitter.roles, *submitter.posts} & {
        *definition.submitters
    }:
        reason = (
            f"{command.submitter_id} may not submit this flow; it takes one of the roles "
            f"{', '.join(definition.submitters)}."
        )
        return Refusal(NotStartedReason.SUBMITTER_NOT_ALLOWED, reason)
    case = case_of(command.flow, command.submitter_id, command.facts, command.form)
    faults = faults_in(definition, command.form, case, DirectoryRouting(rows))
    if faults:
        reason = "The form is incomplete: " + " ".join(fault.detail for fault in faults)
        missing = tuple(fault.field for fault in faults)
        return Refusal(NotStartedReason.FORM_INCOMPLETE, reason, missing)
    return None
