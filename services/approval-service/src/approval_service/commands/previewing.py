"""Who will be asked, in what order and why: of a request before it is made, or of what runs.

Nothing is kept. The way is that of the aggregate itself with the routing of live approvals, so
that what is shown is what then happens as long as everybody agrees and nothing else changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from approval_service.commands.routing import DirectoryRouting
from approval_service.configuration.conditions import pinned
from approval_service.configuration.flow_file import FlowFile
from approval_service.domain.approval import foresight
from approval_service.domain.approval.approval import Approval
from approval_service.read_models.drafts import flow_drafts
from approval_service.read_models.flows import (
    definition_in_force,
    flows,
    published_definition,
)
from opentas_shared.domain.errors import NotFound
from opentas_shared.domain.ids import new_id

if TYPE_CHECKING:
    from uuid import UUID

    from approval_service.domain.approval.foresight import Foresight
    from approval_service.domain.flows.definition import Definition
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.rows import Rows


@dataclass(frozen=True)
class Question:
    """A request that somebody thinks of; the facts that are not given are not known."""

    submitter_id: str
    facts: dict[str, Any]
    form: dict[str, Any]
    subject_id: str = ""


def definition_meant(
    flow: str, rows: Rows, *, version: int | None = None, draft_id: UUID | None = None
) -> Definition:
    """The draft or the version that is meant, else the one in force; ``NotFound`` (404)."""
    if draft_id is not None:
        row = rows.get(flow_drafts, draft_id=draft_id)
        if row is None or row["flow"] != flow:
            raise NotFound("draft", draft_id)
        known = rows.get(flows, flow=flow) or {}
        next_version = (known.get("latest_version") or 0) + 1
        return FlowFile.model_validate(row["content"]).as_definition(next_version)
    if version is not None:
        found = published_definition(rows, flow, version)
    else:
        found = definition_in_force(rows, flow)
    if found is None:
        raise NotFound("flow definition", flow if version is None else f"{flow} version {version}")
    return found


def preview(question: Question, definition: Definition, rows: Rows, at: Moment) -> Foresight:
    """The whole way of the request by the definition."""
    approval = Approval.request(
        new_id(),
        at,
        flow=definition.flow,
        request_no=1,
        subject_type=definition.subject,
        subject_id=question.subject_id,
        submitter_id=question.submitter_id,
        facts={**question.facts, **pinned(definition.subject, question.facts)},
        form=question.form,
    )
    return foresight.start(approval, definition, DirectoryRouting(rows), at)


def preview_rest(approval: Approval, rows: Rows, at: Moment) -> Foresight:
    """What is still to come of an approval; the object is used up by this."""
    return foresight.rest(approval, DirectoryRouting(rows), at)
