"""``Prefer: wait=N`` (RFC 7240): a read waits until a thing is there or has moved on."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING, TypeVar

from starlette.concurrency import run_in_threadpool

from opentas_shared.domain.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import Request

T = TypeVar("T")
LONGEST_WAIT_SECONDS = 30.0
FIRST_PAUSE_SECONDS = 0.02
LONGEST_PAUSE_SECONDS = 0.25
_WAIT = re.compile(r"(?:^|[,;\s])wait=\"?(\d{1,4})\"?", re.IGNORECASE)


def preferred_wait(request: Request) -> float:
    """Seconds that the caller is ready to wait, at most 30; 0 without the preference."""
    found = _WAIT.search(request.headers.get("prefer", ""))
    return min(float(found[1]), LONGEST_WAIT_SECONDS) if found else 0.0


async def waited(request: Request, fetch: Callable[[], T]) -> T:
    """``fetch()`` in a thread, again until it no longer raises ``NotFound`` or time is up.

    The answer should carry ``Preference-Applied: wait`` (``preference_applied``).
    """
    loop = asyncio.get_running_loop()
    deadline = loop.time() + preferred_wait(request)
    pause = FIRST_PAUSE_SECONDS
    while True:
        try:
            return await run_in_threadpool(fetch)
        except NotFound:
            left = deadline - loop.time()
            if left <= 0 or request.app.state.resources.draining:
                raise
        await asyncio.sleep(min(pause, left))
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)


def preference_applied(request: Request) -> dict[str, str]:
    """The header that says so, for ``single(..., headers=...)``."""
    return {"preference-applied": "wait"} if preferred_wait(request) else {}
