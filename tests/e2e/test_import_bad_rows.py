"""Rows that cannot be imported, what is said of them, and importing them mended."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.support.live import LiveProduct

OPENTAS = str(Path(sys.executable).with_name("opentas"))
EVENTS = "case_id,amount_req,reg_date,event_no,activity,lifecycle,resource,timestamp\n"
LEADS = "mql_id,first_contact_date,landing_page_id,origin\n"
DEALS = "mql_id,seller_id,sdr_id,sr_id,won_date\n"


def event(case: int, number: int, activity: str, at: str = "", amount: str = "5000") -> str:
    return (
        f"{case},{amount},,{number},{activity},COMPLETE,112,{at or f'2011-10-01T1{number}:00Z'}\n"
    )


class Command:
    """``opentas import`` in a folder of its own."""

    def __init__(self, folder: Path, product: LiveProduct | None = None) -> None:
        self.folder = folder
        self.environment = {**os.environ, "OPENTAS_DATA_DIR": str(folder / "data")}
        self.arguments: list[str] = []
        if product is not None:
            self.arguments = ["--url", product.url, "--token", product.token()]

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text)

    def __call__(self, *arguments: str) -> tuple[int, str]:
        """The exit code and everything said."""
        outcome = subprocess.run(
            [OPENTAS, "import", *arguments, *self.arguments],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        return outcome.returncode, outcome.stdout + outcome.stderr

    def failed(self, name: str) -> dict[int, str]:
        """The reasons by line of the source."""
        with (self.folder / name).open(newline="") as file:
            rows = list(csv.DictReader(file))
        return {int(row["import_line"]): row["import_reason"] for row in rows}


@pytest.fixture
def importing(
    live_product: Callable[..., LiveProduct], tmp_path: Path
) -> tuple[LiveProduct, Command]:
    product = live_product("direct")
    return product, Command(tmp_path, product)


def counts(said: str, name: str) -> int:
    return sum(
        int(line.split()[-1]) for line in said.splitlines() if line.strip().startswith(f"{name} ")
    )


def funnel(product: LiveProduct) -> dict[str, Any]:
    product.settle()
    answer = product.client().get("/v1/metrics/funnel", params={"stage_model": "BPIC2012"})
    return dict(answer.json())


def test_bad_events_are_told_and_the_rest_is_imported(
    importing: tuple[LiveProduct, Command],
) -> None:
    product, command = importing
    command.write(
        "events.csv",
        EVENTS
        + event(1, 0, "A_SUBMITTED")
        + event(1, 1, "A_NEW")
        + event(1, 2, "A_FINALIZED")
        + event(1, 3, "A_DECLINED")
        + event(1, 4, "O_DECLINED")
        + event(1, 5, "A_CANCELLED")
        + event(2, 0, "A_SUBMITTED", amount="a lot")
        + event(2, 1, "A_PREACCEPTED")
        + event(3, 1, "A_PREACCEPTED")
        + event(4, 0, "A_SUBMITTED")
        + event(4, 1, "A_PREACCEPTED", at="2999-01-01T00:00Z"),
    )
    code, said = command("opportunities", "events.csv", "--mapping", "bpic2012")
    assert code == 1, said
    assert (counts(said, "rows read"), counts(said, "imported")) == (11, 4)
    assert (counts(said, "ignored"), counts(said, "bad")) == (1, 6)
    assert "events.failed.csv" in said
    reasons = command.failed("events.failed.csv")
    assert reasons[3] == "The mapping neither maps nor ignores the activity 'A_NEW'."
    assert "A_CANCELLED cannot follow" in reasons[7]
    assert reasons[8] == "amount_req is no amount: 'a lot'."
    assert reasons[9] == "The event that opens its case, on line 8, is a bad row."
    assert "not" in reasons[10]
    assert "2999" in reasons[12]
    assert (funnel(product)["opened"], funnel(product)["lost"]) == (2, 1)


def test_a_file_of_failed_rows_can_be_mended_and_imported(
    importing: tuple[LiveProduct, Command],
) -> None:
    product, command = importing
    command.write(
        "events.csv",
        EVENTS
        + event(1, 0, "A_SUBMITTED", at="soon")
        + event(1, 1, "A_PREACCEPTED")
        + event(2, 0, "A_SUBMITTED")
        + event(2, 1, "A_LOST"),
    )
    code, said = command("opportunities", "events.csv", "--mapping", "bpic2012")
    assert (code, counts(said, "bad")) == (1, 3), said
    failed = (command.folder / "events.failed.csv").read_text()
    command.write("mended.csv", failed.replace("soon", "2011-10-01").replace("LOST", "DECLINED"))
    code, said = command("opportunities", "mended.csv", "--mapping", "bpic2012")
    assert (code, counts(said, "imported")) == (0, 3), said
    found = funnel(product)
    assert (found["opened"], found["lost"], found["open"]) == (2, 1, 1)
    assert found["stages"][2]["reached_count"] == 1


def test_bad_leads_and_deals(importing: tuple[LiveProduct, Command]) -> None:
    product, command = importing
    command.write(
        "leads.csv",
        LEADS
        + "a,2018-01-01,p,\n"
        + "b,2999-01-01,p,email\n"
        + "c,2018-01-01,p,email\n"
        + ",2018-01-01,p,email\n",
    )
    command.write(
        "deals.csv",
        DEALS
        + "a,s,sdr,sr,2018-02-01 00:00:00\n"
        + "b,s,sdr,sr,2999-02-01 00:00:00\n"
        + "c,s,sdr,sr,2017-02-01 00:00:00\n"
        + "d,s,sdr,sr,2018-02-01 00:00:00\n",
    )
    code, said = command("leads", "leads.csv", "--deals", "deals.csv", "--mapping", "olist")
    assert code == 1, said
    assert (counts(said, "imported"), counts(said, "bad")) == (3, 5)
    assert command.failed("leads.failed.csv").keys() == {3, 5}
    assert command.failed("deals.failed.csv").keys() == {3, 4, 5}
    product.settle()
    answer = product.client().get(
        "/v1/metrics/lead-conversion", params={"group_by": "source", "time_zone": "UTC"}
    )
    assert [
        (item["key"], item["leads"], item["converted"], item["won"])
        for item in answer.json()["items"]
    ] == [("", 1, 1, 1), ("email", 1, 0, 0)]


def test_what_cannot_be_done_is_a_sentence(importing: tuple[LiveProduct, Command]) -> None:
    product, command = importing
    command.write("events.csv", EVENTS + event(1, 0, "A_SUBMITTED"))
    command.write("short.csv", "case_id,activity\n1,A_SUBMITTED\n")
    run = ("opportunities", "events.csv", "--mapping", "bpic2012")
    refused = Command(command.folder)
    refused.arguments = ["--url", product.url, "--token", "nonsense"]
    away = Command(command.folder)
    away.arguments = ["--url", "http://127.0.0.1:9", "--token", "any"]
    powerless = Command(command.folder)
    powerless.arguments = ["--url", product.url, "--token", product.token("lin.na")]
    for caller, arguments, sentence in (
        (command, ("opportunities", "short.csv", "--mapping", "bpic2012"), "lacks the columns"),
        (command, ("opportunities", "nowhere.csv", "--mapping", "bpic2012"), "There is no file"),
        (command, ("opportunities", "events.csv", "--mapping", "olist"), "is of the kind 'leads'"),
        (command, ("leads", "events.csv", "--mapping", "bpic2012"), "is of the kind"),
        (refused, run, "refuses the token"),
        (powerless, run, "The token may not import"),
        (away, run, "cannot be reached"),
    ):
        code, said = caller(*arguments)
        assert code == 2, said
        assert sentence in said
        assert "Traceback" not in said
    code, said = command(*run, "--dry-run")
    assert (code, counts(said, "would be imported")) == (0, 1)
    assert funnel(product).get("opened", 0) == 0
