"""One open stream: what was missed, then what happens, with counters after each change."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi.sse import ServerSentEvent
from starlette.concurrency import run_in_threadpool

from approval_service.live.broadcast import READ_TOGETHER, Subscription
from approval_service.live.changes import Change, changes_of
from approval_service.read_models.task_queries import count

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from approval_service.live.broadcast import Broadcast
    from opentas_shared.runtime.resources import Resources

MOST_REPLAYED = 5_000
"""Events of the store that are looked through for what was missed; beyond it: ``reset``."""
LONGEST_SECONDS = 15 * 60.0
"""Then a stream ends and its client comes again, with a token that is looked at again."""
LOOK_SECONDS = 1.0
"""How often an idle stream looks whether the service drains."""


@dataclass(frozen=True)
class Stream:
    """The live inbox of a person, from after ``last_event_id`` where the client names one."""

    person_id: str
    last_event_id: int | None
    broadcast: Broadcast
    resources: Resources

    async def events(self) -> AsyncIterator[ServerSentEvent]:
        """Until the client goes, the service drains, or it has lasted long enough."""
        subscription = Subscription(self.person_id)
        try:
            since = await run_in_threadpool(self.broadcast.subscribe, subscription)
            for change in await run_in_threadpool(self._missed, since):
                yield change
            yield await self._counters(since)
            async for event in self._live(subscription, since):
                yield event
        finally:
            self.broadcast.unsubscribe(subscription)

    def _missed(self, until: int) -> list[ServerSentEvent]:
        after = self.last_event_id
        if after is None:
            return []
        if not until - MOST_REPLAYED <= after <= until:
            return [reset(until)]
        missed: list[ServerSentEvent] = []
        while after < until:
            found = self.resources.events.after(after, min(READ_TOGETHER, until - after))
            if not found:
                break
            for event, recorded in found:
                own = (c for c in changes_of(event, recorded) if c.person_id == self.person_id)
                missed.extend(map(_sent, own))
            after = found[-1][1].position
        return missed

    async def _live(self, subscription: Subscription, since: int) -> AsyncIterator[ServerSentEvent]:
        ends_at = time.monotonic() + LONGEST_SECONDS
        while not self.resources.draining and time.monotonic() < ends_at:
            try:
                change = await asyncio.wait_for(subscription.changes.get(), LOOK_SECONDS)
            except TimeoutError:
                continue
            if change.position <= since:
                continue
            since = change.position
            if subscription.lagging:
                since = await self._catch_up(subscription)
                yield reset(since)
            else:
                yield _sent(change)
            if subscription.changes.empty():
                yield await self._counters(since)

    async def _catch_up(self, subscription: Subscription) -> int:
        while not subscription.changes.empty():
            subscription.changes.get_nowait()
        subscription.lagging = False
        return await run_in_threadpool(self.resources.events.head)

    async def _counters(self, position: int) -> ServerSentEvent:
        def read() -> dict[str, int]:
            with self.resources.database.read() as connection:
                return count(connection, self.person_id)

        return _event("counters", position, await run_in_threadpool(read))


def reset(position: int) -> ServerSentEvent:
    """Too much was missed: the client reads its boxes again."""
    return _event("reset", position, {})


def _sent(change: Change) -> ServerSentEvent:
    return _event(change.name, change.position, change.data)


def _event(name: str, position: int, data: dict[str, Any]) -> ServerSentEvent:
    return ServerSentEvent(event=name, id=str(position), data=data)
