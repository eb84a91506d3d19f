"""The runner of commands: from a request to the executor and back to an answer."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import Request, Response
from pydantic_core import to_json

from opentas_shared.domain.errors import DomainError
from opentas_shared.web.batch import BatchItem, run_batch
from opentas_shared.web.circumstances import context_of, moment_of, waived_by
from opentas_shared.web.concurrency import etag, expected_version
from opentas_shared.web.idempotency import Answer, RecentKeys, Replay, fingerprint, idempotency_key
from opentas_shared.web.requests import info

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from uuid import UUID

    from opentas_shared.persistence.executor import Executor
    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opentas_shared.runtime.metrics import Metrics
    from opentas_shared.web.auth import Caller

C = TypeVar("C")


class Commands:
    """Runs commands for one service. ``Annotated[Commands, Depends(commands)]``."""

    def __init__(self, executor: Executor, metrics: Metrics, idempotency_hours: int) -> None:
        self.executor = executor
        self.metrics = metrics
        self._hours = idempotency_hours
        self._recent = RecentKeys()

    async def create(
        self,
        function: Callable[[C, UnitOfWork], object],
        command: C,
        *,
        view: Callable[[UnitOfWork], Mapping[str, Any]],
        location: str,
        caller: Caller,
        request: Request,
        extra_headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Run a command that makes a new thing: 201, ``ETag``, ``Location``.

        ``location`` is a template over the view, like ``/v1/leads/{id}``.
        """

        def answer(work: UnitOfWork) -> Answer:
            function(command, work)
            body = view(work)
            headers = {
                "etag": etag(body["version"]),
                "location": location.format_map(body),
                **(extra_headers or {}),
            }
            return Answer(201, headers, to_json(body))

        return await self._run(function, command, answer, caller, request, None)

    async def change(
        self,
        function: Callable[[C, UnitOfWork], object],
        command: C,
        *,
        id: UUID,
        view: Callable[[UnitOfWork], Mapping[str, Any]],
        caller: Caller,
        request: Request,
        status: int = 200,
        location: str | None = None,
        extra_headers: Mapping[str, str] | None = None,
    ) -> Response:
        """Run a command on the existing thing ``id``: 200 and ``ETag``.

        Needs ``If-Match``: 428 without it, 412 when the version is stale. ``location`` is a
        template over the view for the ``Location`` of something that the command brings about.
        """
        version = expected_version(request)

        def answer(work: UnitOfWork) -> Answer:
            function(command, work)
            body = view(work)
            headers = {"etag": etag(body["version"]), **(extra_headers or {})}
            if location is not None:
                headers["location"] = location.format_map(body)
            return Answer(status, headers, to_json(body))

        info(request).aggregate = str(id)
        return await self._run(function, command, answer, caller, request, (id, version))

    async def batch(self, items: Sequence[BatchItem], caller: Caller, request: Request) -> Response:
        """Run many commands: 207 with a result per item, see ``BatchAnswer``."""
        key = idempotency_key(request)
        if key is None:
            return await run_batch(self.executor, items, caller, request)
        whole = await self._replay(key, caller, request)
        return await run_batch(
            self.executor,
            items,
            caller,
            request,
            lambda index: replace(whole, key=f"{whole.key} #{index}"),
        )

    async def _run(
        self,
        function: Callable[..., object],
        command: object,
        unit: Callable[[UnitOfWork], Answer],
        caller: Caller,
        request: Request,
        expected: tuple[UUID, int | None] | None,
    ) -> Response:
        name = function.__name__
        context = context_of(command, caller, request)
        key = idempotency_key(request)
        try:
            if key is None:
                answer = await self.executor.run(unit, context, expected=expected)
            else:
                replay = await self._replay(key, caller, request)
                answer = await replay.once(self.executor, unit, context, expected)
        except DomainError as error:
            self.metrics.command(name, error.code)
            raise
        self.metrics.command(name, "REPLAYED" if answer.replayed else "ACCEPTED")
        headers = answer.headers
        if answer.replayed:
            headers["idempotency-replayed"] = "true"
        return Response(answer.body, answer.status, headers, "application/json")

    async def _replay(self, key: str, caller: Caller, request: Request) -> Replay:
        scope = request.scope
        print_ = fingerprint(scope["path"], scope["query_string"], await request.body())
        operation = f"{scope['method']} {scope['route'].path}"
        return Replay(f"{caller.subject} {operation} {key}", print_, self._recent, self._hours)

    moment = staticmethod(moment_of)
    waived = staticmethod(waived_by)


async def commands(request: Request) -> Commands:
    """Dependency: the runner of the service."""
    runner: Commands = request.app.state.commands
    return runner
