"""A client that is cheaper than any server it measures: keep-alive HTTP/1.1 on raw streams."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

HOST = "127.0.0.1"
_END_OF_HEAD = b"\r\n\r\n"
_LENGTH = b"content-length: "


@dataclass(slots=True)
class Answer:
    """The status and the body of one answer."""

    status: int
    body: bytes

    def json(self) -> Any:
        """The body, of an answer that is a success."""
        if self.status >= 300:
            raise RuntimeError(f"{self.status} {self.body.decode(errors='replace')[:500]}")
        return json.loads(self.body)


def request(
    method: str, path: str, headers: Mapping[str, str] | None = None, body: Any = None
) -> bytes:
    """A request as it goes over the wire; ``body`` is sent as JSON."""
    content = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", f"host: {HOST}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    if body is not None:
        lines += ["content-type: application/json", f"content-length: {len(content)}"]
    return "\r\n".join(lines).encode() + _END_OF_HEAD + content


class Connection(asyncio.Protocol):
    """One connection; it takes the next request when the last is answered.

    Answers must carry ``content-length``, as those of both servers do.
    """

    def __init__(self) -> None:
        self._buffer = b""
        self._waiting: asyncio.Future[Answer] | None = None

    @classmethod
    async def to(cls, port: int) -> Connection:
        """A connection to a port of the loopback."""
        loop = asyncio.get_running_loop()
        _, connection = await loop.create_connection(cls, HOST, port)
        return connection

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def ask(self, wire: bytes) -> asyncio.Future[Answer]:
        """Send a request; the future has its answer."""
        self._waiting = asyncio.get_running_loop().create_future()
        self._transport.write(wire)  # type: ignore[attr-defined]
        return self._waiting

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        head_ends = self._buffer.find(_END_OF_HEAD)
        if head_ends < 0:
            return
        start = self._buffer.find(_LENGTH, 0, head_ends)
        length = 0
        if start >= 0:
            start += len(_LENGTH)
            length = int(self._buffer[start : self._buffer.index(b"\r\n", start)])
        body_begins = head_ends + len(_END_OF_HEAD)
        if len(self._buffer) < body_begins + length:
            return
        answer = Answer(int(self._buffer[9:12]), self._buffer[body_begins:])
        self._buffer = b""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(answer)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_exception(exc or ConnectionError("the server closed the connection"))

    @property
    def closed(self) -> bool:
        """Whether the server, which is not patient with idle connections, has closed it."""
        return self._transport.is_closing()

    def close(self) -> None:
        """Close it."""
        self._transport.close()


class Connections:
    """As many connections to one port as are needed at the same time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._idle: list[Connection] = []

    async def ask(self, wire: bytes) -> Answer:
        """Send a request on an idle connection, or on a new one."""
        connection = None
        while self._idle and (connection is None or connection.closed):
            connection = self._idle.pop()
        if connection is None or connection.closed:
            connection = await Connection.to(self._port)
        answer = await connection.ask(wire)
        self._idle.append(connection)
        return answer

    def close(self) -> None:
        """Close all of them."""
        for connection in self._idle:
            connection.close()
