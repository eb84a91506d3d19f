"""Batches: many commands in one request, a result for each (207)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json, to_json

from opentas_shared.domain.errors import DomainError
from opentas_shared.domain.time import Moment
from opentas_shared.persistence.recorded import Context
from opentas_shared.web.idempotency import Answer
from opentas_shared.web.problems import Refusal, members
from opentas_shared.web.requests import info

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from opentas_shared.persistence.executor import Executor
    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opentas_shared.web.auth import Caller
    from opentas_shared.web.idempotency import Replay

LARGEST_BATCH = 500


@dataclass(frozen=True)
class BatchItem:
    """One command of a batch: its natural key, what it does, its own time and waived rules.

    ``expected`` is the id and the version that the caller has seen, ``on_behalf_of`` for whom
    the caller acts.

    ``run`` executes the command and returns members of its result, among them ``id`` and
    ``version``; an ``outcome`` of its own (``UNCHANGED``) replaces ``ACCEPTED``.
    """

    key: str
    run: Callable[[UnitOfWork], Mapping[str, Any]]
    at: Moment | None = None
    waived: frozenset[str] = frozenset()
    expected: tuple[UUID, int | None] | None = None
    on_behalf_of: str | None = None


class BatchResult(BaseModel):
    """The result of one item: members of the thing when accepted, else its problem."""

    model_config = ConfigDict(extra="allow")

    index: int
    key: str
    status: int
    outcome: str
    id: str | None = None
    version: int | None = None
    problem: Refusal | None = None


class BatchAnswer(BaseModel):
    """The 207 answer of a batch, item by item in the order of the request."""

    accepted: int
    refused: int
    items: list[BatchResult]


async def run_batch(
    executor: Executor,
    items: Sequence[BatchItem],
    caller: Caller,
    request: Request,
    replay: Callable[[int], Replay] | None = None,
) -> Response:
    """Run each item as a command of its own; a refused one leaves the others alone.

    ``replay`` makes the idempotency record of an item from its index: when a batch is repeated,
    items that were accepted are answered as before and the refused ones run again.
    """
    identifiers = info(request)

    async def one(index: int, item: BatchItem) -> dict[str, Any]:
        key = None if replay is None else replay(index)
        context = Context(
            actor=caller.subject,
            moment=item.at or Moment.now(),
            correlation_id=identifiers.correlation_id,
            traceparent=identifiers.traceparent,
            waived=item.waived,
            on_behalf_of=item.on_behalf_of,
        )
        result: dict[str, Any] = {"index": index, "key": item.key}
        try:
            if key is None:
                view = await executor.run(item.run, context, expected=item.expected)
            else:
                answer = await key.once(
                    executor,
                    lambda work: Answer(200, {}, to_json(item.run(work))),
                    context,
                    item.expected,
                )
                view = from_json(answer.body)
        except DomainError as error:
            return result | {
                "status": error.status,
                "outcome": "REFUSED",
                "problem": members(error),
            }
        return result | {"status": 200, "outcome": "ACCEPTED", **view}

    results = await asyncio.gather(*(one(index, item) for index, item in enumerate(items)))
    refused = sum(result["outcome"] == "REFUSED" for result in results)
    body = {"accepted": len(results) - refused, "refused": refused, "items": results}
    return Response(to_json(body, fallback=str), 207, media_type="application/json")
