"""A history to import: leads and deals in the form of the olist files."""

from __future__ import annotations

import csv
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from pathlib import Path

DEAL_COLUMNS = [
    *("mql_id", "seller_id", "sdr_id", "sr_id", "won_date", "business_segment", "lead_type"),
    *("lead_behaviour_profile", "has_company", "has_gtin", "average_stock", "business_type"),
    *("declared_product_catalog_size", "declared_monthly_revenue"),
]
START = datetime(2018, 1, 1)


def write_history(folder: Path, leads: int, deals: int) -> tuple[Path, Path]:
    """Files of ``leads`` leads, the first ``deals`` of them won."""
    keys = [uuid5(NAMESPACE_URL, f"fault-{number}").hex for number in range(leads)]
    lead_file, deal_file = folder / "leads.csv", folder / "deals.csv"
    with lead_file.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["mql_id", "first_contact_date", "landing_page_id", "origin"])
        for number, key in enumerate(keys):
            day = START + timedelta(days=number % 90)
            writer.writerow([key, day.date().isoformat(), "page", "email"])
    with deal_file.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(DEAL_COLUMNS)
        for number, key in enumerate(keys[:deals]):
            won = START + timedelta(days=number % 90 + 10, hours=3)
            row = [key, "s", "sdr", "sr", won.isoformat(sep=" "), *[""] * 8, "0.0"]
            writer.writerow(row)
    return lead_file, deal_file
