"""The decisions of people in the stream of an approval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from approval_service.domain.approval import events

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opentas_shared.domain.aggregate import AggregateEvent
    from opentas_shared.persistence.recorded import Recorded

    Stream = Sequence[tuple[AggregateEvent, Recorded]]

SAID = ("decision", "advice", "decided_by", "on_behalf_of", "on_behalf_reason", "role")
MORE = ("principal_id", "comment", "attachments", "form_changes", "next")


@dataclass(frozen=True)
class Decided:
    """A decision and the events before it; ``no`` counts the decisions from 1."""

    no: int
    event: events.TaskDecided
    recorded: Recorded
    before: Stream


def decisions(stream: Stream) -> list[Decided]:
    """Every decision of people, oldest first."""
    found: list[Decided] = []
    for index, (event, recorded) in enumerate(stream):
        if isinstance(event, events.TaskDecided):
            found.append(Decided(len(found) + 1, event, recorded, stream[:index]))
    return found


def withdrawals(stream: Stream) -> dict[int, events.DecisionWithdrawn]:
    """The decisions that were taken back, by number."""
    taken = (event for event, _ in stream if isinstance(event, events.DecisionWithdrawn))
    return {event.decision_no: event for event in taken}


def opinions(stream: Stream) -> list[dict[str, Any]]:
    """What people had decided and said by then, also what was withdrawn."""
    taken = withdrawals(stream)
    return [
        {
            "no": one.no,
            "round": one.event.round,
            "node": one.event.node,
            **{name: getattr(one.event, name) for name in (*SAID, *MORE)},
            "decided_at": one.event.timestamp.isoformat(),
            "withdrawn": one.no in taken,
        }
        for one in decisions(stream)
    ]
