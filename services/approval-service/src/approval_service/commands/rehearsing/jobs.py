"""Rehearsals as jobs: small ones while the caller waits, others one at a time."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog

from approval_service.commands.rehearsing.running import Period, Stopped, count, rehearse
from approval_service.domain.flows.errors import RehearsalRunning
from approval_service.read_models.rehearsals import JobState, add, find, move, running_since
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import utc_now

if TYPE_CHECKING:
    from uuid import UUID

    from approval_service.domain.flows.definition import Definition
    from opentas_shared.runtime.resources import Resources

SECONDS_BETWEEN_REPORTS = 1.0
SILENT = timedelta(minutes=2)
"""A job of which nothing was heard for so long ended with its process."""

log = structlog.get_logger(__name__)
_worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="rehearsal")


@dataclass(frozen=True)
class Job:
    """One rehearsal that somebody asked for."""

    period: Period
    definition: Definition
    requested_by: str


def start(job: Job, resources: Resources, *, at_once: int) -> UUID:
    """Begin the job; it is done on return when it is of at most ``at_once`` approvals.

    Raises ``RehearsalRunning`` (409) for a longer one while another runs.
    """
    id, now = new_id(), utc_now()
    total = count(resources.database, job.period)
    other = running_since(resources.database, now - SILENT) if total > at_once else None
    if other is not None:
        raise RehearsalRunning(other)
    add(
        resources.database,
        {
            "id": id,
            "flow": job.period.flow,
            "definition": job.definition.as_dict(),
            "since": job.period.since,
            "until": job.period.until,
            "state": JobState.RUNNING,
            "done": 0,
            "total": total,
            "requested_by": job.requested_by,
            "created_at": now,
            "updated_at": now,
        },
    )
    if total <= at_once:
        _run(id, job, resources)
    else:
        _worker.submit(_run, id, job, resources)
    return id


def cancel(id: UUID, resources: Resources) -> None:
    """Stop the job; one that has ended stays as it is."""
    move(resources.database, id, utc_now(), state=JobState.CANCELLED)


def read(id: UUID, resources: Resources) -> dict[str, Any] | None:
    """The job as it is; one whose process is gone has failed."""
    row = find(resources.database, id)
    if row is None:
        return None
    if row["state"] == JobState.RUNNING and utc_now() - row["updated_at"] > SILENT:
        return {**row, "state": JobState.FAILED, "error": "The process that ran it has ended."}
    return dict(row)


def _run(id: UUID, job: Job, resources: Resources) -> None:
    database = resources.database
    reported = time.monotonic()

    def progress(done: int) -> bool:
        nonlocal reported
        if resources.draining:
            return False
        if time.monotonic() - reported < SECONDS_BETWEEN_REPORTS:
            return True
        reported = time.monotonic()
        return move(database, id, utc_now(), done=done)

    try:
        result = rehearse(database, job.period, job.definition, progress)
    except Stopped:
        move(database, id, utc_now(), state=JobState.CANCELLED)
    except Exception as error:
        log.exception("rehearsal failed", rehearsal_id=str(id))
        move(database, id, utc_now(), state=JobState.FAILED, error=type(error).__name__)
    else:
        done = {"done": result["approvals"], "result": result, "state": JobState.DONE}
        move(database, id, utc_now(), **done)
