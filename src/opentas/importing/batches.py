"""The batch requests: sending them, and trying again while the target is away."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from opentas.importing.problems import Interrupted, Unusable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from opentas.importing.target import Target

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.1, 3.0
AWAY = frozenset({429, 502, 503, 504})
"""Statuses of a target that is starting, stopping or overloaded."""
LATER = "OPPORTUNITY_NOT_YET_OPENED"


@dataclass(frozen=True)
class Answer:
    """What became of one item: how many of its steps were new, or why it was refused."""

    taken: int = 0
    id: str | None = None
    opportunity_id: str | None = None
    refusal: str | None = None
    code: str | None = None

    @property
    def later(self) -> bool:
        """Refused for now: the opportunity that a conversion opens is not there yet."""
        return self.code == LATER


class Batches:
    """Sends batches; a target that goes away is waited for, for ``patience`` seconds."""

    def __init__(
        self,
        target: Target,
        connections: int,
        patience: float,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = target.url
        self._patience = patience
        self._answered = False
        self._client = httpx.AsyncClient(
            base_url=target.url,
            headers={"authorization": f"Bearer {target.token}"},
            timeout=httpx.Timeout(120.0, connect=10.0),
            limits=httpx.Limits(max_connections=connections),
            transport=transport,
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def exists(self, path: str) -> bool:
        """Whether the target knows the thing at ``path``."""
        return (await self._request("GET", path)).status_code != httpx.codes.NOT_FOUND

    async def ask(
        self, method: str, path: str, body: object = None, *, version: int | None = None
    ) -> httpx.Response:
        """One request besides batches, for the given version of the thing."""
        headers = {} if version is None else {"if-match": f'"{version}"'}
        return await self._request(method, path, body, headers)

    async def send(self, path: str, items: Sequence[dict[str, Any]]) -> list[Answer]:
        """The answer to each item. A request refused as a whole is sent again in halves.

        Raises ``Unusable`` for a refused token or a wrong address, ``Interrupted`` when the
        target stays away.
        """
        response = await self._request("POST", path, {"items": list(items)})
        if response.status_code == httpx.codes.MULTI_STATUS:
            return [_answer(result) for result in response.json()["items"]]
        if response.status_code not in (400, 413, 422):
            raise Unusable(f"{self._url} answers {response.status_code}: {detail(response)}")
        if len(items) == 1:
            return [Answer(refusal=detail(response), code="REQUEST_INVALID")]
        middle = len(items) // 2
        first = await self.send(path, items[:middle])
        return first + await self.send(path, items[middle:])

    async def _request(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        deadline = time.monotonic() + self._patience
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                response = await self._client.request(method, path, json=body, headers=headers)
            except httpx.TransportError as error:
                if not self._answered and isinstance(error, httpx.ConnectError):
                    raise Unusable(
                        f"{self._url} cannot be reached: {error or 'no answer'}. Is the product "
                        "running (opentas up), and is --url its address?"
                    ) from None
                away = f"{type(error).__name__} {error}".strip()
            else:
                if response.status_code not in AWAY:
                    self._answered = True
                    return self._checked(response, path)
                away = f"status {response.status_code}"
            if time.monotonic() > deadline:
                raise Interrupted(
                    f"{self._url} has not answered for {self._patience:.0f} seconds ({away}). "
                    "Run the same command again to go on."
                )
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    def _checked(self, response: httpx.Response, path: str) -> httpx.Response:
        if response.status_code == httpx.codes.UNAUTHORIZED:
            raise Unusable(f"{self._url} refuses the token: {detail(response)}")
        if response.status_code == httpx.codes.FORBIDDEN and response.request.method == "POST":
            raise Unusable(f"The token may not import at {self._url}: {detail(response)}")
        if response.status_code in (404, 405) and response.request.method == "POST":
            raise Unusable(f"{self._url} is no OpenTAS: it does not know {path}.")
        return response


def _answer(result: dict[str, Any]) -> Answer:
    problem = result.get("problem")
    if problem is not None:
        return Answer(refusal=_sentence(problem), code=problem.get("code"))
    taken = result.get("steps_taken", result.get("applied", 0))
    return Answer(taken, result.get("id"), result.get("opportunity_id"))


def detail(response: httpx.Response) -> str:
    """What a response that refuses says."""
    try:
        return _sentence(response.json())
    except (ValueError, AttributeError):
        return response.text[:200] or response.reason_phrase


def _sentence(problem: dict[str, Any]) -> str:
    said = str(problem.get("detail") or problem.get("title") or problem.get("code"))
    faults = [str(fault.get("detail")) for fault in problem.get("errors") or () if fault]
    return " ".join([said, *(fault for fault in faults if fault not in said)])
