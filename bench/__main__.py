"""``make bench``: measure, print one table, assert nothing.

``python -m bench [a b c d e f g] [--quick]``: only some of the sections; ``--quick`` tries the code
with figures that mean nothing.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback

from rich.console import Console

from bench import capture, decisions, freshness, inbox, memory, reads, timers
from bench.figures import Row, table
from bench.surroundings import Surroundings
from tests.support import session

PIPED_WIDTH = 130
SECTIONS = {
    "a": capture,
    "b": freshness,
    "c": reads,
    "d": memory,
    "e": decisions,
    "f": inbox,
    "g": timers,
}


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("sections", nargs="*", default=list(SECTIONS), metavar="|".join(SECTIONS))
    parser.add_argument("--quick", action="store_true")
    arguments = parser.parse_args()
    console = Console(width=None if sys.stdout.isatty() else PIPED_WIDTH)
    began = time.monotonic()
    session.begin()
    measured = []
    try:
        with console.status("") as status:
            surroundings = Surroundings(status.update, arguments.quick)
            for name in arguments.sections:
                section = SECTIONS[name]
                rows: list[Row] = []
                measured.append((section.TITLE, rows))
                try:
                    rows.extend(section.measure(surroundings))
                except Exception:
                    console.print(traceback.format_exc(), markup=False)
                    rows.append(Row("the rest was not measured", "see above"))
    finally:
        session.end()
    console.print(table(measured))
    console.print(f"measured in {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
