"""The approvals of BPIC 2020 as published events, as the engine publishes them (issue 4 §8)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pandas as pd

from opentas_shared.contracts import approval
from tests.unit.metrics.events import Stream, asked, completed, decided, resubmitted, returned
from tests.unit.metrics.events import an_approval as started
from tests.unit.metrics.events import reversed_ as taken_back

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

ACTIVITY = re.compile(r"(.+) (SUBMITTED|APPROVED|FINAL_APPROVED|REJECTED) by (.+)")


def events_of(path: Path) -> pd.DataFrame:
    """All events with their instants, cases in file order."""
    table = pd.read_csv(path, dtype={"case_id": str}, keep_default_na=False)
    table["at"] = pd.to_datetime(table["timestamp"], utc=True, format="ISO8601")
    return table.sort_values(["case_id", "event_no"], kind="stable")


def streams(table: pd.DataFrame) -> Iterator[Stream]:
    """An approval per document of a case; the flow is the kind of document."""
    for case_id, events in table.groupby("case_id", sort=False):
        documents: dict[str, Document] = {}
        before: Any = None
        for event in _in_order(list(events.itertuples())):
            at = event.at.to_pydatetime()
            found = ACTIVITY.fullmatch(event.activity)
            if found is not None:
                kind, action, role = found.groups()
                if kind not in documents and action == "SUBMITTED":
                    documents[kind] = Document(started(f"{case_id}-{kind}", at, kind))
                elif kind in documents:
                    documents[kind].take(action, role, at, before or at)
            before = at
        yield from (document.stream for document in documents.values())


def _in_order(events: list[Any]) -> list[Any]:
    """At equal instants an approval comes before the final one."""
    ordered = list(events)
    for n, (one, other) in enumerate(pairwise(events)):
        final, plain = "FINAL_APPROVED by" in one.activity, " APPROVED by" in other.activity
        if one.at == other.at and final and plain:
            ordered[n], ordered[n + 1] = other, one
    return ordered


@dataclass
class Document:
    """One approval on its way through the events of a document."""

    stream: Stream
    status: str = "RUNNING"
    tasks: int = 0

    def take(self, action: str, role: str, at: datetime, before: datetime) -> None:
        """One event of the document; ``before`` is the event ahead of it in the case."""
        if action == "SUBMITTED":
            resubmitted(self.stream, at)
            self.status = "RUNNING"
        elif role == "EMPLOYEE":
            if self.status == "RUNNING":
                self.stream.add(approval.ApprovalRecalled, at, by="sam")
                self.status = "RETURNED"
        elif action == "REJECTED" and self.status == "APPROVED":
            taken_back(self.stream, at, role)
            self.status = "REVERSED"
        else:
            self._decide(action, role, at, before)

    def _decide(self, action: str, role: str, at: datetime, before: datetime) -> None:
        self.tasks += 1
        task = f"task {self.tasks}"
        decision = "REJECTED" if action == "REJECTED" else "APPROVED"
        asked(self.stream, before, task, role, node=role, role=role)
        decided(self.stream, at, task, decision, role, node=role, role=role)
        if action == "FINAL_APPROVED":
            completed(self.stream, at)
            self.status = "APPROVED"
        elif action == "REJECTED":
            returned(self.stream, at)
            self.status = "RETURNED"
