"""Sending the items of one path: several requests in flight, refused ones step by step."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from opentas.importing.batches import Answer, Batches
    from opentas.importing.journal import Journal
    from opentas.importing.steps import Item
    from opentas.importing.tally import Tally

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.05, 1.0


@dataclass(frozen=True)
class Pace:
    """How many items a request has, how many requests are in flight, and how long an item that
    is refused for now is sent again while none like it is taken.
    """

    batch: int = 250
    in_flight: int = 4
    patience_seconds: float = 120.0


class Sender:
    """Sends items and enters into the tally and the journal what became of them."""

    def __init__(
        self,
        batches: Batches,
        journal: Journal,
        tally: Tally,
        pace: Pace,
        advance: Callable[[int], None],
    ) -> None:
        self._batches = batches
        self._journal = journal
        self._tally = tally
        self._pace = pace
        self._advance = advance

    async def send(self, path: str, items: Sequence[Item], *, waiting: bool = False) -> None:
        """Send every item that the journal does not have.

        ``waiting``: an item whose opportunity is not opened yet is sent again until it is.
        """
        pending = []
        for item in items:
            confirmed = self._journal.entries.get(entry(path, item))
            if confirmed is None:
                pending.append(item)
            else:
                self._tally.took(item, 0, confirmed[1])
                self._advance(len(item.steps))
        refused, later = await self._round(path, pending)
        if waiting:
            refused += await self._patiently(path, later)
        else:
            refused += later
        await self._step_by_step(path, refused)

    async def _patiently(self, path: str, later: list[_Refused]) -> list[_Refused]:
        refused: list[_Refused] = []
        pause = FIRST_PAUSE_SECONDS
        deadline = time.monotonic() + self._pace.patience_seconds
        while later and time.monotonic() < deadline:
            await asyncio.sleep(pause)
            again, still = await self._round(path, [each.item for each in later])
            refused += again
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
            if len(still) < len(later):
                deadline = time.monotonic() + self._pace.patience_seconds
                pause = FIRST_PAUSE_SECONDS
            later = still
        return refused + later

    async def _round(
        self, path: str, items: Sequence[Item]
    ) -> tuple[list[_Refused], list[_Refused]]:
        """Send each item once: those refused, and those refused for now."""
        refused: list[_Refused] = []
        later: list[_Refused] = []
        slots = asyncio.Semaphore(self._pace.in_flight)

        async def one(batch: Sequence[Item]) -> None:
            async with slots:
                answers = await self._batches.send(path, [item.body for item in batch])
            self._take(path, batch, answers)
            for item, answer in zip(batch, answers, strict=True):
                if answer.refusal is not None:
                    (later if answer.later else refused).append(_Refused(item, answer))

        try:
            async with asyncio.TaskGroup() as group:
                for start in range(0, len(items), self._pace.batch):
                    group.create_task(one(items[start : start + self._pace.batch]))
        except ExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return refused, later

    def _take(self, path: str, batch: Sequence[Item], answers: Sequence[Answer]) -> None:
        confirmed: dict[str, Any] = {}
        for item, answer in zip(batch, answers, strict=True):
            if answer.refusal is None:
                self._tally.took(item, answer.taken, answer.opportunity_id)
                self._advance(len(item.steps))
                if not item.partial:
                    confirmed[entry(path, item)] = [answer.id, answer.opportunity_id]
        if confirmed:
            self._journal.confirm(confirmed)

    async def _step_by_step(self, path: str, refused: list[_Refused]) -> None:
        """Find the steps at fault: send each step of a refused item on its own, in their order."""
        for each in refused:
            if len(each.item.steps) == 1:
                self._refuse(each)
        several = [each.item for each in refused if len(each.item.steps) > 1]
        for number in range(max((len(item.steps) for item in several), default=0)):
            singles = [
                item.alone(item.steps[number]) for item in several if number < len(item.steps)
            ]
            again, later = await self._round(path, singles)
            for each in again + later:
                self._refuse(each)
        for item in several:
            self._tally.already.update(item.idle)

    def _refuse(self, refused: _Refused) -> None:
        self._tally.refuse(refused.item.rows, refused.answer.refusal or "")
        self._advance(len(refused.item.steps))


@dataclass(frozen=True)
class _Refused:
    item: Item
    answer: Answer


def entry(path: str, item: Item) -> str:
    """The key of an item in the journal."""
    return f"{path} {item.key}"
