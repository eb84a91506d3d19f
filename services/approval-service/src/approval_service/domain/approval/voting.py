"""From the decisions of people to the decision of a node (domain.md §14.14). Pure functions."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from approval_service.domain.approval.states import LIVE_TASK, Decision, TaskKind, TaskStatus
from approval_service.domain.flows.policies import Mode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from approval_service.domain.approval.states import Task

CLOSED = {TaskStatus.CLOSED}
WHOLE = 100
"""Percent of all voices."""


def voices(tasks: Iterable[Task]) -> list[Decision | None]:
    """The voice of each slot in order; none while it is open.

    A voice agrees when the approver and every signer added to it agree; one rejection among
    them rejects. A slot whose tasks have all been closed is no voice.
    """
    slots: dict[int, list[TaskStatus]] = defaultdict(list)
    for task in tasks:
        if task.kind is not TaskKind.ADVICE:
            slots[task.slot].append(task.status)
    return [_voice(slots[slot]) for slot in sorted(slots) if set(slots[slot]) != CLOSED]


def _voice(statuses: Sequence[TaskStatus]) -> Decision | None:
    if TaskStatus.REJECTED in statuses:
        return Decision.REJECTED
    if LIVE_TASK.intersection(statuses):
        return None
    return Decision.APPROVED if TaskStatus.APPROVED in statuses else None


def outcome(
    mode: Mode, ratio: int | None, said: Sequence[Decision | None], expected: int
) -> Decision | None:
    """The decision of a node of ``expected`` voices; none as long as it is not certain."""
    agreed, refused = said.count(Decision.APPROVED), said.count(Decision.REJECTED)
    match mode:
        case Mode.ANY:
            needed, bearable = 1, 0
        case Mode.RATIO:
            needed = -(-expected * (ratio or WHOLE) // WHOLE)
            bearable = expected - needed
        case _:
            needed, bearable = expected, 0
    if refused > bearable:
        return Decision.REJECTED
    return Decision.APPROVED if agreed >= needed else None
