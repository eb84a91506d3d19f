"""Figures of the real data as of a past day, computed with pandas from the files alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from pathlib import Path

STAGES = ["SUBMITTED", "PARTLYSUBMITTED", "PREACCEPTED", "ACCEPTED", "FINALIZED"]
WON = ["A_APPROVED", "A_REGISTERED", "A_ACTIVATED"]
SECONDS_OF_A_DAY = 86400


class Leads:
    """Olist: captured, and won or not, in UTC."""

    def __init__(self, folder: Path) -> None:
        leads = pd.read_csv(
            folder / "olist_marketing_qualified_leads_dataset.csv", keep_default_na=False
        )
        deals = pd.read_csv(folder / "olist_closed_deals_dataset.csv")
        self._leads = leads.merge(deals[["mql_id", "won_date"]], on="mql_id", how="left")
        for column in ("first_contact_date", "won_date"):
            self._leads[column] = pd.to_datetime(self._leads[column])

    def as_of(self, day: str) -> dict[str, tuple[int, int, float | None]]:
        """Leads, won and median cycle per origin and in total, at the end of the day."""
        end = pd.Timestamp(day) + pd.Timedelta(days=1)
        known = self._leads[self._leads.first_contact_date < end].copy()
        known["won_date"] = known.won_date.where(known.won_date < end)
        known["days"] = (
            known.won_date - known.first_contact_date
        ).dt.total_seconds() / SECONDS_OF_A_DAY
        figures = {str(origin): _figures(group) for origin, group in known.groupby("origin")}
        return {**figures, "total": _figures(known)}


def _figures(leads: pd.DataFrame) -> tuple[int, int, float | None]:
    won = leads.days.dropna()
    return len(leads), len(won), float(won.quantile(0.5)) if len(won) else None


@dataclass(frozen=True)
class Figures:
    """The counts of the funnel and the median days to a win."""

    counts: dict[str, Any]
    won_median: float


class Cases:
    """BPIC 2012, with days of Amsterdam."""

    def __init__(self, folder: Path) -> None:
        events = pd.read_csv(folder / "bpic2012_events_A_O.csv.gz", dtype=str)
        events["at"] = pd.to_datetime(events["timestamp"], utc=True)
        self._events = events[events.activity.str.startswith("A_")]

    def as_of(self, day: str) -> Figures:
        """The funnel at the end of the day."""
        end = (pd.Timestamp(day) + pd.Timedelta(days=1)).tz_localize("Europe/Amsterdam")
        whole = self._events
        won_at = whole[whole.activity.isin(WON)].groupby("case_id")["at"].max()
        known = whole[whole["at"] < end]
        won_at = won_at[won_at < end]
        opened = known[known.activity == "A_SUBMITTED"].set_index("case_id")["at"]
        declined = set(known[known.activity == "A_DECLINED"].case_id)
        cancelled = set(known[known.activity == "A_CANCELLED"].case_id)
        ended = declined | cancelled | set(won_at.index)
        moves = known[known.activity.isin([f"A_{stage}" for stage in STAGES])].copy()
        moves["rank"] = moves.activity.map({f"A_{stage}": i for i, stage in enumerate(STAGES)})
        highest = moves.groupby("case_id")["rank"].max()
        highest.loc[won_at.index] = len(STAGES) - 1
        latest = moves.sort_values(["at", "rank"]).groupby("case_id")["rank"].last()
        still_open = latest[~latest.index.isin(ended)]
        days = (won_at - opened.reindex(won_at.index)).dt.total_seconds() / SECONDS_OF_A_DAY
        return Figures(
            {
                "opened": len(opened),
                "won": len(won_at),
                "declined": len(declined),
                "cancelled": len(cancelled),
                "open": {stage: int((still_open == i).sum()) for i, stage in enumerate(STAGES)},
                "reached": {stage: int((highest >= i).sum()) for i, stage in enumerate(STAGES)},
            },
            float(days.quantile(0.5)),
        )
