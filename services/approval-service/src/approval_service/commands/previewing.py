"""Who will be asked, in what order and why: of a request before it is made, or of what runs.

Nothing is kept. The way is that of the aggregate itself with the routing of live approvals, so
that what is shown is what then happens as long as everybody agrees and nothing else changes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from approval_service.commands.routing import DirectoryRouting
from approval_service.commands.starting import refusal, requested
from approval_service.configuration.flow_file import FlowFile
from approval_service.domain.approval import foresight
from approval_service.read_models.drafts import flow_drafts
from approval_service.read_models.flows import (
    definition_in_force,
    flows,
    published_definition,
)
from opentas_shared.domain.errors import NotFound

if TYPE_CHECKING:
    from uuid import UUID

    from approval_service.commands.starting import Refusal, StartApproval
    from approval_service.domain.approval.approval import Approval
    from approval_service.domain.approval.foresight import Foresight
    from approval_service.domain.flows.definition import Definition
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.rows import Rows


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


def preview(
    command: StartApproval, definition: Definition, rows: Rows
) -> tuple[Foresight, Refusal | None]:
    """The whole way of the request by the definition, and why it would not even start."""
    refused = refusal(command, definition, rows)
    routing = DirectoryRouting(rows)
    return foresight.start(requested(command), definition, routing, command.at), refused


def preview_rest(approval: Approval, rows: Rows, at: Moment) -> Foresight:
    """What is still to come of an approval; the object is used up by this."""
    return foresight.rest(approval, DirectoryRouting(rows), at)
