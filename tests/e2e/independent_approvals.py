"""Figures of BPIC 2020 as of a past day, computed with pandas from the file alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from pathlib import Path

ZONE = "Europe/Amsterdam"
APPROVED = ["APPROVED", "FINAL_APPROVED"]


@dataclass(frozen=True)
class Figures:
    """The counts of a document, its turnaround in days, and decisions by role.

    ``roles`` have decisions, rejected ones and the median hours since the event before.
    """

    counts: dict[str, int]
    turnaround: dict[str, float]
    roles: dict[str, tuple[int, int, float]]


class Documents:
    """The events of one kind of document, cases in file order."""

    def __init__(self, file: Path, document: str) -> None:
        table = pd.read_csv(file, dtype=str, keep_default_na=False)
        table["at"] = pd.to_datetime(table["timestamp"], utc=True, format="ISO8601")
        table["before"] = table.groupby("case_id")["at"].shift()
        found = table.activity.str.extract(rf"^{document} (?P<what>\w+) by (?P<who>.+)$")
        self._events = table.join(found)[found.what.notna()]

    def as_of(self, day: str) -> Figures:
        """At the end of the day."""
        end = (pd.Timestamp(day) + pd.Timedelta(days=1)).tz_localize(ZONE)
        known = self._events[self._events["at"] < end]
        submitted = known[known.what == "SUBMITTED"].groupby("case_id")["at"]
        first, times = submitted.min(), submitted.size()
        final = known[known.what == "FINAL_APPROVED"].groupby("case_id")["at"].max()
        rejections = known[(known.what == "REJECTED") & (known.who != "EMPLOYEE")]
        rejected = set(rejections.case_id)
        taken_back = set(rejections[rejections.who == "MISSING"].case_id)
        days = (final - first.reindex(final.index)).dt.total_seconds() / 86400
        decided = pd.concat([known[known.what.isin(APPROVED)], rejections])
        hours = (decided["at"] - decided["before"]).dt.total_seconds() / 3600
        return Figures(
            {
                "started": len(first),
                "resubmissions": int(times.sum()) - len(first),
                "approved": len(final),
                "first_pass_approved": len(set(final.index) - rejected),
                "with_rejection": len(rejected),
                "revoked_after_approval": len(taken_back),
            },
            {"p50": float(days.quantile(0.5)), "p90": float(days.quantile(0.9))},
            {
                str(role): (
                    len(group),
                    int((group.what == "REJECTED").sum()),
                    float(hours[group.index].quantile(0.5)),
                )
                for role, group in decided.groupby("who")
            },
        )
