"""The inbox live: changes as they are committed, resumed where a client left, ended by draining."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import uvicorn

from approval_service.live import stream
from approval_service.service import SERVICE
from opentas_shared.runtime.resources import open_resources
from opentas_shared.web.keys import sign_development_token
from tests.service.approval.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI

DIRECTOR = "zhao.min"


@pytest.fixture
async def address(app: FastAPI) -> AsyncIterator[str]:
    """The service behind a real socket: a stream is only one over HTTP."""
    config = uvicorn.Config(app, port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    app.state.resources.draining = True
    await asyncio.wait_for(serving, 10)


class Inbox:
    """The events of one open stream."""

    def __init__(self, lines: AsyncIterator[str]) -> None:
        self._lines = lines

    async def event(self) -> tuple[str, int, dict[str, Any]]:
        fields: dict[str, str] = {}
        async with asyncio.timeout(10):
            async for line in self._lines:
                if not line and "event" in fields:
                    return fields["event"], int(fields["id"]), json.loads(fields["data"])
                name, _, value = line.partition(": ")
                fields[name] = value
        raise EOFError

    async def until(self, wanted: str) -> list[tuple[str, int, dict[str, Any]]]:
        found = [await self.event()]
        while found[-1][0] != wanted:
            found.append(await self.event())
        return found


@asynccontextmanager
async def following(world: World, address: str, who: str, **headers: str) -> AsyncIterator[Inbox]:
    token = sign_development_token(world.resources.settings, who, roles=set())
    headers = {"authorization": f"Bearer {token}", **headers}
    async with (
        httpx.AsyncClient(base_url=address, timeout=20) as client,
        client.stream("GET", "/v1/tasks/stream", headers=headers) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield Inbox(answer.aiter_lines())


async def ask(world: World) -> Any:
    return await asyncio.to_thread(world.ask)


async def test_changes_arrive_with_their_counters(world: World, address: str) -> None:
    async with following(world, address, DIRECTOR) as inbox:
        name, _, counters = await inbox.event()
        assert (name, counters["pending"]) == ("counters", 0)
        id = await ask(world)
        assigned, (_, _, counters) = await inbox.until("counters")
        assert assigned[0] == "task_assigned"
        assert (assigned[2]["approval_id"], assigned[2]["node"]) == (str(id), "sales_director")
        assert counters["pending"] == 1
        await world.act(DIRECTOR, "approval", id)
        decided, (_, _, counters) = await inbox.until("counters")
        assert (decided[0], decided[2]["decision"]) == ("task_decided", "APPROVED")
        assert (counters["pending"], counters["done"]) == (0, 1)


async def test_what_another_process_commits_arrives_too(world: World, address: str) -> None:
    other = open_resources(SERVICE, world.resources.settings)
    other.start()
    try:
        async with following(world, address, "chen.jing") as inbox:
            await inbox.event()
            elsewhere = World(other, world.people)
            id = await asyncio.to_thread(elsewhere.ask)
            names = [event[0] for event in await inbox.until("counters")]
            assert names[:2] == ["approval_requested", "approval_started"]
            await world.act(DIRECTOR, "rejection", id)
            completed = (await inbox.until("counters"))[0]
            assert (completed[0], completed[2]["outcome"]) == ("approval_completed", "REJECTED")
    finally:
        other.stop()


async def test_a_stream_is_resumed_where_it_was_left(world: World, address: str) -> None:
    async with following(world, address, DIRECTOR) as inbox:
        _, seen, _ = await inbox.event()
    ids = [await ask(world), await ask(world)]
    async with following(world, address, DIRECTOR, **{"last-event-id": str(seen)}) as inbox:
        first, second, counters = await inbox.until("counters")
        assert [first[2]["approval_id"], second[2]["approval_id"]] == [str(id) for id in ids]
        assert counters[2]["pending"] == 2
    async with following(world, address, DIRECTOR, **{"last-event-id": str(first[1])}) as inbox:
        assert (await inbox.event())[1] == second[1]


async def test_who_missed_too_much_starts_anew(
    world: World, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "MOST_REPLAYED", 3)
    await ask(world)
    for lost in ("1", "999999"):
        async with following(world, address, DIRECTOR, **{"last-event-id": lost}) as inbox:
            reset, counters = await inbox.until("counters")
            assert (reset[0], counters[2]["pending"]) == ("reset", 1)


async def test_a_draining_service_ends_its_streams(world: World, address: str) -> None:
    async with following(world, address, DIRECTOR) as inbox:
        await inbox.event()
        world.resources.draining = True
        with pytest.raises(EOFError):
            await inbox.event()
