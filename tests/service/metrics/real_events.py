"""The real data sets as published events, as an import would make them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pandas as pd

from opentas_shared.contracts import lead, opportunity
from tests.unit.metrics.events import Stream, an_opportunity, converted, lost, won

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
BPIC_STAGES = ("SUBMITTED", "PARTLYSUBMITTED", "PREACCEPTED", "ACCEPTED", "FINALIZED")
BPIC = tuple(
    opportunity.StageNumbers(code=code, order=order) for order, code in enumerate(BPIC_STAGES, 1)
)
WON = {"A_APPROVED", "A_REGISTERED", "A_ACTIVATED"}


def olist(folder: Path) -> pd.DataFrame:
    """Leads with the instant at which they were won, if they were."""
    leads = pd.read_csv(
        folder / "olist_marketing_qualified_leads_dataset.csv", keep_default_na=False
    )
    deals = pd.read_csv(folder / "olist_closed_deals_dataset.csv", keep_default_na=False)
    table = leads.merge(deals[["mql_id", "won_date"]], on="mql_id", how="left")
    table["captured_at"] = pd.to_datetime(table["first_contact_date"]).dt.tz_localize("UTC")
    table["won_at"] = pd.to_datetime(table["won_date"]).dt.tz_localize("UTC")
    return table


def olist_streams(table: pd.DataFrame) -> Iterator[Stream]:
    """A lead, and for a won one its conversion and its opportunity."""
    for row in table.itertuples():
        at = row.captured_at.to_pydatetime()
        stream = Stream(f"lead-{row.mql_id}")
        stream.common = {
            "lead_id": stream.id,
            "source": row.origin,
            "owner_id": "",
            "captured_at": at,
        }
        stream.add(lead.LeadCaptured, at)
        if pd.notna(row.won_at):
            end = row.won_at.to_pydatetime()
            stream.add(lead.LeadQualified, end)
            converted(stream, end)
            yield won(an_opportunity(row.mql_id, end, source=row.origin), end)
        yield stream


def bpic(folder: Path) -> pd.DataFrame:
    """The events of the A_ states."""
    path = folder / "bpic2012_events_A_O.csv.gz"
    table = pd.read_csv(path, dtype={"case_id": str}, keep_default_na=False)
    table["at"] = pd.to_datetime(table["timestamp"], utc=True, format="ISO8601")
    states = table[table["activity"].str.startswith("A_")]
    return states.sort_values(["case_id", "event_no"], kind="stable")


def bpic_streams(table: pd.DataFrame) -> Iterator[Stream]:
    """An opportunity per case: stages, and won at the last of the three won events."""
    for case_id, events in table.groupby("case_id", sort=False):
        yield _case(str(case_id), list(events.itertuples()))


def _case(case_id: str, events: list[Any]) -> Stream:
    first, *rest = events
    assert first.activity == "A_SUBMITTED"
    opened = first.at.to_pydatetime()
    stream = an_opportunity(
        case_id,
        opened,
        stage="SUBMITTED",
        owner=str(first.resource),
        source="",
        amount=int(first.amount_req) * 100,
        model="SM-BPIC2012",
        stages=BPIC,
    )
    won_at: list[datetime] = []
    for event in rest:
        at = event.at.to_pydatetime().astimezone(UTC)
        name = event.activity.removeprefix("A_")
        if event.activity in WON:
            won_at.append(at)
        elif name in BPIC_STAGES:
            was = stream.common["stage"]
            stream.add(opportunity.StageAdvanced, at, from_stage=was, to_stage=name, stage=name)
        else:
            lost(stream, at, name)
    return won(stream, max(won_at)) if won_at else stream
