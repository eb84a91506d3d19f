"""``Idempotency-Key``: the answer to a command is stored in the transaction of its events."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from opentas_shared.domain.time import utc_now
from opentas_shared.persistence.tables import idempotency
from opentas_shared.web.refusals import HeaderInvalid, IdempotencyKeyReused

if TYPE_CHECKING:
    from fastapi import Request

    from opentas_shared.persistence.unit_of_work import UnitOfWork

LONGEST_KEY = 255


@dataclass(slots=True)
class Answer:
    """What a command answers: status, headers and the bytes of the body."""

    status: int
    headers: dict[str, str]
    body: bytes
    replayed: bool = False


def idempotency_key(request: Request) -> str | None:
    """The key, quoted or bare; ``HeaderInvalid`` (400) when empty, too long or not printable."""
    header = request.headers.get("idempotency-key")
    if header is None:
        return None
    key = header.strip()
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not key or len(key) > LONGEST_KEY or not key.isprintable():
        raise HeaderInvalid(
            "Idempotency-Key", f"it must be 1 to {LONGEST_KEY} printable characters, like a UUID."
        )
    return key


def fingerprint(path: str, query: bytes, body: bytes) -> str:
    """What makes two requests the same: path, query and body."""
    digest = hashlib.blake2b(path.encode(), digest_size=16)
    digest.update(b"\0" + query + b"\0" + body)
    return digest.hexdigest()


@dataclass(slots=True)
class Waiting:
    """Keys of the commands of this process that wait for the executor.

    The first of them that runs in a batch looks all of them up with one statement.
    """

    keys: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Replay:
    """One command's key: looks for an earlier answer and keeps the new one."""

    key: str
    fingerprint: str
    waiting: Waiting
    hours: int

    def earlier(self, work: UnitOfWork) -> Answer | None:
        """The stored answer, if any; ``IdempotencyKeyReused`` (422) for another content."""
        # Inserted and removed by the event loop meanwhile: list() of a set is one atomic step.
        work.rows.prefetch(idempotency, [{"key": key} for key in list(self.waiting.keys)])
        row = work.rows.get(idempotency, key=self.key)
        if row is None or row["created_at"] < utc_now() - timedelta(hours=self.hours):
            return None
        if row["fingerprint"] != self.fingerprint:
            raise IdempotencyKeyReused
        return Answer(row["status"], dict(row["headers"]), bytes(row["body"]), replayed=True)

    def keep(self, work: UnitOfWork, answer: Answer) -> None:
        """Store the answer in the transaction of the command's events."""
        row = {
            "key": self.key,
            "fingerprint": self.fingerprint,
            "status": answer.status,
            "headers": answer.headers,
            "body": answer.body,
            "created_at": utc_now(),
        }
        if work.rows.get(idempotency, key=self.key) is None:
            work.rows.new(idempotency, row)
        else:
            work.rows.put(idempotency, row)
