"""The rows of the table and the arithmetic behind them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Sequence

HEADINGS = ("what", "figure", "floor", "ratio", "aim")


@dataclass(frozen=True)
class Row:
    """One line of the table; ``floor`` is what the figure is compared with."""

    what: str
    figure: str
    floor: str = ""
    ratio: float | None = None
    aim: str = ""


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` of the values lie, interpolated; 0 without any."""
    if not values:
        return 0.0
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def median(values: Sequence[float]) -> float:
    """The middle of the values."""
    return quantile(values, 0.5)


def milliseconds(seconds: float) -> str:
    """``3.42 ms``."""
    return f"{seconds * 1000:.2f} ms" if seconds < 0.01 else f"{seconds * 1000:.0f} ms"


def table(sections: Sequence[tuple[str, Sequence[Row]]]) -> Table:
    """All rows under the titles of their sections."""
    drawn = Table(caption=machine(), caption_justify="left")
    for heading in HEADINGS:
        drawn.add_column(heading, justify="left" if heading == "what" else "right")
    for title, rows in sections:
        drawn.add_section()
        drawn.add_row(f"[bold]{title}[/bold]")
        for row in rows:
            ratio = "" if row.ratio is None else f"{row.ratio:.2f}"
            drawn.add_row(f"  {row.what}", row.figure, row.floor, ratio, row.aim)
    return drawn


def machine() -> str:
    """What a reader has to know of the machine to make anything of the figures."""
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{os.cpu_count()} processors; load average now {load} (1, 5, 15 minutes)"
