"""The guard against stale approvals (D4): facts that move ask again, facts that return do not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from approval_service.commands.routing import DirectoryRouting
from approval_service.domain.approval.approval import Approval
from approval_service.domain.approval.watching import moved
from approval_service.domain.flows.definition import Watched
from approval_service.read_models.subject_facts import present
from approval_service.read_models.watches import WatchState, watches

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.rows import Row
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Guard:
    """Compare what was approved for a subject with its facts now."""

    subject_type: str
    subject_id: str
    at: Moment


def guard(command: Guard, work: UnitOfWork) -> None:
    """Let approvals whose watched facts have moved go stale, and those hold that fit again."""
    key = {"subject_type": command.subject_type, "subject_id": command.subject_id}
    row = work.rows.get(watches, **key)
    subject = present(work.rows, command.subject_type, command.subject_id)
    if row is None or subject is None:
        return
    for id, watch in row["approvals"].items():
        if watch["state"] != WatchState.ASKED and not _used(watch, subject):
            _judge(UUID(id), watch, subject, command.at, work)


def _judge(id: UUID, watch: Mapping[str, Any], subject: Row, at: Moment, work: UnitOfWork) -> None:
    facts, version = subject["facts"], subject["version"]
    watched = [Watched(**one) for one in watch["watched"]]
    changes = moved(watched, watch["approved"], facts)
    if (watch["state"] == WatchState.STALE) == bool(changes):
        return
    approval = work.get(Approval, id)
    if changes:
        routing = DirectoryRouting(work.rows)
        facts = {**approval.facts, **facts}
        approval.go_stale(changes, facts, routing, at, subject_version=version)
    else:
        approval.refresh(watch["approved"], at)
    work.save(approval)


def _used(watch: Mapping[str, Any], subject: Row) -> bool:
    """Whether the subject has gone through the gate since it was approved."""
    used = subject["used"].get(watch["flow"])
    return used is not None and _instant(used) >= _instant(watch["approved_at"])


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)
