"""Drafts of flow definitions: saved as they are, right or wrong, until published or discarded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from approval_service.domain.flows.flow import Flow, flow_id

if TYPE_CHECKING:
    from uuid import UUID

    from approval_service.configuration.flow_file import FlowFile
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class SaveDraft:
    """Keep the content of a draft; ``note`` says what it is for."""

    flow: str
    draft_id: UUID
    file: FlowFile
    note: str
    at: Moment


@dataclass(frozen=True)
class DiscardDraft:
    """Drop a draft."""

    flow: str
    draft_id: UUID
    at: Moment


def start_draft(command: SaveDraft, work: UnitOfWork) -> None:
    """Save a new draft, the first one makes the flow known."""
    flow = work.find(Flow, flow_id(command.flow)) or Flow.register(command.flow, command.at)
    _save(flow, command, work)


def change_draft(command: SaveDraft, work: UnitOfWork) -> None:
    """Give a draft another content; ``NotFound`` (404) when there is none."""
    flow = work.get(Flow, flow_id(command.flow))
    flow.draft(command.draft_id)
    _save(flow, command, work)


def discard_draft(command: DiscardDraft, work: UnitOfWork) -> None:
    """Drop the draft; ``NotFound`` (404) when there is none."""
    flow = work.get(Flow, flow_id(command.flow))
    flow.discard_draft(command.draft_id, command.at)
    work.save(flow)


def _save(flow: Flow, command: SaveDraft, work: UnitOfWork) -> None:
    content = command.file.model_copy(update={"version": None}).as_json()
    flow.save_draft(command.draft_id, content, command.note, command.at)
    work.save(flow)
