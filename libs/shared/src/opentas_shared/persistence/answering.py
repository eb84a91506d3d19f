"""Handing results from the executor's thread to coroutines, a whole batch at once.

A future per command (``asyncio.wrap_future``) wakes the event loop for each of them, and the two
threads then fight for the interpreter: a third of the cost of a command (measured).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")
R = TypeVar("R", contravariant=True)


class Answer(Protocol[R]):
    """Where the result of a unit goes; ``concurrent.futures.Future`` is one."""

    def set_result(self, result: R, /) -> None:
        """The unit is committed."""

    def set_exception(self, exception: BaseException, /) -> None:
        """The unit is refused, or cannot be committed."""


class Answers:
    """Results that wait to be handed over; filled and emptied by the executor's thread."""

    def __init__(self) -> None:
        self._ready: dict[asyncio.AbstractEventLoop, list[Awaited[Any]]] = {}

    def add(self, answer: Awaited[Any]) -> None:
        """Keep an answer until ``deliver``."""
        self._ready.setdefault(answer.loop, []).append(answer)

    def deliver(self) -> None:
        """Wake each event loop once."""
        if not self._ready:
            return
        ready, self._ready = self._ready, {}
        for loop, answers in ready.items():
            try:
                loop.call_soon_threadsafe(_settle, answers)
            except RuntimeError:
                # The loop is closed: nobody waits any more.
                continue


class Awaited(Generic[T]):
    """The answer to one coroutine."""

    __slots__ = ("_answers", "_error", "_result", "future", "loop")

    def __init__(self, answers: Answers) -> None:
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[T] = self.loop.create_future()
        self._answers = answers
        self._result: T | None = None
        self._error: BaseException | None = None

    def set_result(self, result: T) -> None:
        """Keep the result until the batch is delivered."""
        self._result = result
        self._answers.add(self)

    def set_exception(self, exception: BaseException) -> None:
        """Keep the refusal until the batch is delivered."""
        self._error = exception
        self._answers.add(self)

    def settle(self) -> None:
        """In the event loop: resume the coroutine, unless it was cancelled meanwhile."""
        if self.future.done():
            return
        if self._error is not None:
            self.future.set_exception(self._error)
        else:
            self.future.set_result(self._result)  # type: ignore[arg-type]


def _settle(answers: Sequence[Awaited[Any]]) -> None:
    for answer in answers:
        answer.settle()
