"""The real data through the projections, against figures computed by independent tools."""

from __future__ import annotations

import json
import random
import time
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from tests.service.metrics import real_events

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from tests.service.metrics.conftest import Caller
    from tests.unit.metrics.events import Published, Stream

pytestmark = pytest.mark.real_data
DAY = pd.Timedelta(days=1)


def shuffled(streams: Iterable[Stream]) -> list[Published]:
    """All events in an arbitrary order: the answers must not depend on it."""
    events = [event for stream in streams for event in stream.events]
    random.Random(20261124).shuffle(events)
    return events


def timed(apply: Callable[[Any], None], events: list[Published]) -> None:
    began = time.perf_counter()
    apply(events)
    elapsed = time.perf_counter() - began
    print(f"\n{len(events)} events in {elapsed:.1f} s, {len(events) / elapsed:.0f}/s")


def rounded(value: float | None, digits: int = 4) -> float | None:
    return None if value is None else round(value, digits)


async def test_olist(real_data: Path, apply: Callable[[Any], None], ask: Caller) -> None:
    folder = real_data / "leads-olist"
    truth = json.loads((folder / "olist.ground_truth.json").read_text())
    table = real_events.olist(folder)
    timed(apply, shuffled(real_events.olist_streams(table)))

    total = (await ask.get("/v1/metrics/lead-conversion", time_zone="UTC"))["total"]
    assert (total["leads"], total["converted"], total["won"]) == (4035, 406, 406)
    assert rounded(total["conversion_rate"]["value"], 5) == truth["conversion"]
    cycle = {name: rounded(value) for name, value in total["cycle_days"].items()}
    assert cycle == {name: truth["cycle_days"][name] for name in ("n", "p50", "p90")}

    for group_by, section in [("source", "by_origin"), ("month", "by_first_contact_month")]:
        answer = await ask.get("/v1/metrics/lead-conversion", group_by=group_by, time_zone="UTC")
        found = {
            item["key"] or "(blank)": {
                "leads": item["leads"],
                "won": item["won"],
                "conversion": rounded(item["conversion_rate"]["value"], 6),
                "median_cycle_days": rounded(item["cycle_days"]["p50"]),
            }
            for item in answer["items"]
        }
        assert found == truth[section]

    for as_of in ("2017-12-31", "2018-03-15", "2018-06-30"):
        instant = pd.Timestamp(as_of, tz="UTC") + DAY
        seen = table[table["captured_at"] < instant]
        ended = seen[seen["won_at"] < instant]
        total = (await ask.get("/v1/metrics/lead-conversion", time_zone="UTC", as_of=as_of))[
            "total"
        ]
        assert (total["leads"], total["won"]) == (len(seen), len(ended))
        days = (ended["won_at"] - ended["captured_at"]) / DAY
        assert total["cycle_days"]["p50"] == pytest.approx(days.quantile(0.5))
        assert total["cycle_days"]["p90"] == pytest.approx(days.quantile(0.9))


async def test_bpic2012(real_data: Path, apply: Callable[[Any], None], ask: Caller) -> None:
    folder = real_data / "opportunities-bpic2012"
    truth = json.loads((folder / "bpic2012.ground_truth.json").read_text())
    table = real_events.bpic(folder)
    timed(apply, shuffled(real_events.bpic_streams(table)))

    where = {"stage_model": "SM-BPIC2012", "time_zone": "Europe/Amsterdam"}
    began = time.perf_counter()
    funnel = await ask.get("/v1/metrics/funnel", **where)
    print(f"funnel in {(time.perf_counter() - began) * 1000:.0f} ms")
    outcome = truth["outcome"]
    assert funnel["opened"] == truth["cases"]
    assert (funnel["won"], funnel["open"], funnel["void"]) == (outcome["won"], 0, 0)
    reasons = funnel["lost_by_reason"]
    assert {reason.lower(): numbers["count"] for reason, numbers in reasons.items()} == {
        "declined": outcome["declined"],
        "cancelled": outcome["cancelled"],
    }
    assert rounded(funnel["win_rate"]["value"], 6) == truth["win_rate_closed"]
    reached = {f"A_{stage['stage']}": stage["reached_count"] for stage in funnel["stages"]}
    assert reached == {stage: truth["funnel_distinct_cases"][stage] for stage in reached}
    cycles = {"won": funnel["cycle_days"]} | {
        reason.lower(): numbers["cycle_days"] for reason, numbers in reasons.items()
    }
    for end, cycle in cycles.items():
        expected = {name: truth["cycle_days"][end][name] for name in ("n", "p50", "p90")}
        assert {name: rounded(value) for name, value in cycle.items()} == expected

    months = await ask.get("/v1/metrics/funnel", **where, group_by="month")
    found = {
        item["key"]: {
            "cases": item["opened"],
            "declined": item["lost_by_reason"]["DECLINED"]["count"],
            "cancelled": item["lost_by_reason"]["CANCELLED"]["count"],
            "won": item["won"],
            "win_rate_closed": rounded(item["win_rate"]["value"], 6),
        }
        for item in months["items"]
    }
    assert found == truth["by_reg_month"]

    for as_of in ("2011-10-31", "2011-12-15", "2012-01-20"):
        await compare(ask, table, as_of)


async def compare(ask: Caller, table: pd.DataFrame, as_of: str) -> None:
    """The funnel as of a day against pandas."""
    where = {"stage_model": "SM-BPIC2012", "time_zone": "Europe/Amsterdam", "as_of": as_of}
    funnel = await ask.get("/v1/metrics/funnel", **where)
    expected = Expected(table, pd.Timestamp(as_of, tz="Europe/Amsterdam") + pd.offsets.Day())
    counts = {name: funnel[name] for name in ("opened", "open", "won", "lost")}
    assert counts == expected.counts()
    for stage in funnel["stages"]:
        assert stage["reached_count"] == expected.reached(stage["stage"])
        days = expected.stage_days(stage["stage"])
        assert stage["duration_days"]["n"] == len(days)
        if len(days):
            assert stage["duration_days"]["p50"] == pytest.approx(days.quantile(0.5))
            assert stage["duration_days"]["p90"] == pytest.approx(days.quantile(0.9))
        open_here = expected.open_in(stage["stage"])
        assert stage["open_count"] == stage["open_stay_count"] == len(open_here)
        assert stage["open_amount"]["amount_minor"] == open_here["amount_req"].sum() * 100
    won = expected.cycle_days()
    assert funnel["cycle_days"]["n"] == len(won)
    if len(won):
        assert funnel["cycle_days"]["p50"] == pytest.approx(won.quantile(0.5))


class Expected:
    """The same figures by pandas, straight from the file, for events before an instant."""

    def __init__(self, table: pd.DataFrame, instant: pd.Timestamp) -> None:
        won = table[table["activity"].isin(real_events.WON)]
        last = won.sort_values("at", kind="stable").groupby("case_id").tail(1)
        others = table[~table["activity"].isin(real_events.WON)]
        events = pd.concat([others, last.assign(activity="A_WON")])
        self.events = events[events["at"] < instant].sort_values(["at", "event_no"], kind="stable")
        self.names = self.events["activity"].str.removeprefix("A_")
        self.is_stage = self.names.isin(real_events.BPIC_STAGES)
        self.cases = self.events.groupby("case_id")

    def _having(self, *names: str) -> set[str]:
        return set(self.events.loc[self.names.isin(names), "case_id"])

    def counts(self) -> dict[str, int]:
        won, lost = self._having("WON"), self._having("DECLINED", "CANCELLED")
        opened = self.events["case_id"].nunique()
        return {
            "opened": opened,
            "open": opened - len(won) - len(lost),
            "won": len(won),
            "lost": len(lost),
        }

    def reached(self, stage: str) -> int:
        further = real_events.BPIC_STAGES[real_events.BPIC_STAGES.index(stage) :]
        return len(self._having(*further, "WON"))

    def stage_days(self, stage: str) -> pd.Series[float]:
        """Each stage is entered once; it is left by whatever comes next."""
        following = self.cases["at"].shift(-1)
        stays = (following - self.events["at"])[(self.names == stage) & following.notna()]
        return stays / DAY

    def open_in(self, stage: str) -> pd.DataFrame:
        last = self.cases.tail(1)
        return last[last["activity"] == f"A_{stage}"]

    def cycle_days(self) -> pd.Series[float]:
        ends = self.events[self.names == "WON"].set_index("case_id")["at"]
        starts = self.events[self.names == "SUBMITTED"].set_index("case_id")["at"]
        return ((ends - starts) / DAY).dropna()
