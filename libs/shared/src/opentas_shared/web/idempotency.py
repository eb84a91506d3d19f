"""``Idempotency-Key``: the answer to a command is stored in the transaction of its events."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from opentas_shared.domain.errors import DomainError
from opentas_shared.domain.time import utc_now
from opentas_shared.persistence.tables import idempotency
from opentas_shared.web.refusals import HeaderInvalid, IdempotencyKeyReused
from opentas_shared.web.requests import header

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from fastapi import Request

    from opentas_shared.persistence.executor import Executor
    from opentas_shared.persistence.recorded import Context
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
    given = header(request, b"idempotency-key")
    if given is None:
        return None
    key = given.strip()
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


class RecentKeys:
    """Keys that commands of this process came with lately; safe to use from several threads."""

    def __init__(self, limit: int = 20_000) -> None:
        self._limit = limit
        self._keys: dict[str, None] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def add(self, key: str) -> None:
        """Remember a key; when there are too many the older half is forgotten."""
        self._keys[key] = None
        if len(self._keys) > self._limit:
            self._keys = dict.fromkeys(list(self._keys)[self._limit // 2 :])


@dataclass(slots=True)
class Replay:
    """One command's key: looks for an earlier answer and keeps the new one.

    A key is nearly always new, so it is not looked for: the record is written as a new row.
    When that fails, or when the command is refused on this assumption (another process or an
    earlier life of this one may have accepted it), the command runs again, and then the key is
    looked for. So it is for a key that came to this process lately.
    """

    key: str
    fingerprint: str
    recent: RecentKeys
    hours: int
    attempts: int = 0

    async def once(
        self,
        executor: Executor,
        unit: Callable[[UnitOfWork], Answer],
        context: Context,
        expected: tuple[UUID, int | None] | None = None,
    ) -> Answer:
        """Run the unit unless its answer is there; raises what the unit raises.

        ``IdempotencyKeyReused`` (422) when the key came with another content.
        """

        def guarded(work: UnitOfWork) -> Answer:
            earlier = self._earlier(work)
            if earlier is not None:
                return earlier
            answer = unit(work)
            self._keep(work, answer)
            return answer

        assumed_new = self.key not in self.recent
        try:
            return await executor.run(guarded, context, expected=expected)
        except DomainError:
            if not assumed_new:
                raise
        return await executor.run(guarded, context, expected=expected)

    def _earlier(self, work: UnitOfWork) -> Answer | None:
        self.attempts += 1
        if self.attempts == 1 and self.key not in self.recent:
            work.rows.assume_absent(idempotency, key=self.key)
        row = work.rows.get(idempotency, key=self.key)
        if row is None or row["created_at"] < utc_now() - timedelta(hours=self.hours):
            return None
        if row["fingerprint"] != self.fingerprint:
            raise IdempotencyKeyReused
        return Answer(row["status"], dict(row["headers"]), bytes(row["body"]), replayed=True)

    def _keep(self, work: UnitOfWork, answer: Answer) -> None:
        self.recent.add(self.key)
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
