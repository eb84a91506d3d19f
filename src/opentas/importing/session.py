"""One call of the command: its files, its run, and what it leaves behind."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from opentas.folder import data_folder
from opentas.importing import failed as failed_rows
from opentas.importing.importer import Run
from opentas.importing.journal import Journal, fingerprint
from opentas.importing.mapping import Mapping
from opentas.importing.problems import Interrupted, Unusable
from opentas.importing.report import FileReport, progress, say
from opentas.importing.rows import Source
from opentas.importing.sending import Pace
from opentas.importing.steps import Plan
from opentas.importing.tally import Tally
from opentas.importing.target import target

AWAY_SECONDS = 60.0
"""So long a target that was there and went away is waited for."""


@dataclass(frozen=True)
class Part:
    """One file: what it is called, its rows, what is known of them, where its bad rows go."""

    what: str
    source: Source
    plan: Plan
    failed: Path


@dataclass
class Session:
    """From the files to the report."""

    files: list[Path]
    failed: Path | None
    started: float
    parts: list[Part] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    @classmethod
    def begin(cls, files: list[Path], failed: Path | None) -> Session:
        """Check the files; ``Unusable`` when one is missing."""
        for file in files:
            if not file.is_file():
                raise Unusable(f"There is no file {file}.")
        session = cls(files, failed, time.monotonic())
        for file in files:
            if session.failed_for(file).resolve() in [each.resolve() for each in files]:
                raise Unusable(
                    f"The bad rows cannot go to {session.failed_for(file)}: that file is being "
                    "imported. Name another with --failed."
                )
        return session

    def failed_for(self, file: Path) -> Path:
        """Where the bad rows of a file go; those of deals stand beside the one that was named."""
        if self.failed is None:
            return Path.cwd() / f"{_stem(file)}.failed.csv"
        if file == self.files[0]:
            return self.failed
        return self.failed.with_name(f"{_stem(self.failed)}.deals{''.join(_suffixes(self.failed))}")

    def run(
        self,
        url: str | None,
        token: str | None,
        state: Path | None,
        mapping: Mapping,
        pace: Pace,
        what: Callable[[Run], Awaitable[None]],
    ) -> None:
        """Send everything; an interruption keeps the journal and reports what was done."""
        where = target(url, token)
        mark = fingerprint(where.url, self.files, mapping)
        journal = Journal(state or data_folder() / "imports" / f"{mark[:16]}.jsonl", mark)
        journal.open()
        steps = sum(len(item.steps) for part in self.parts for item in part.plan.items)
        try:
            with progress(mapping.name, steps) as advance:
                run = Run(where, journal, pace, AWAY_SECONDS, advance, self.tally)
                asyncio.run(_awaited(what(run)))
        except Interrupted:
            self.finish()
            raise
        except KeyboardInterrupt:
            self.finish()
            raise Interrupted("Stopped. Run the same command again to go on.") from None
        finally:
            journal.close()
        journal.finish()

    def finish(self, *, dry_run: bool = False) -> int:
        """Write the bad rows, print the report; the exit code: 1 when there were bad rows."""
        if dry_run:
            for part in self.parts:
                self.tally.imported.update(row for item in part.plan.items for row in item.rows)
        reports = []
        for part in self.parts:
            bad = self.tally.failed(part.source, part.plan)
            if bad:
                failed_rows.write(part.failed, part.source, bad)
            counts = self.tally.counts(part.source, part.plan)
            reports.append(FileReport(part.what, counts, part.plan.ignored, part.failed))
        say(reports, time.monotonic() - self.started, dry_run=dry_run)
        return 1 if any(report.counts.bad for report in reports) else 0


async def _awaited(run: Awaitable[None]) -> None:
    await run


def _suffixes(file: Path) -> list[str]:
    return [suffix for suffix in file.suffixes if suffix in (".csv", ".gz")]


def _stem(file: Path) -> str:
    return file.name.removesuffix("".join(_suffixes(file))) or file.name
