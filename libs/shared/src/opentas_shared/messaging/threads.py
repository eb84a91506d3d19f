"""A background thread that starts again after every failure until it is stopped."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from collections.abc import Callable

log = structlog.get_logger(__name__)

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 5.0
STOP_SECONDS = 30.0


class RestartingThread:
    """Runs ``session`` again and again; each run lasts until a failure or the stop.

    A failure is logged and counted, and followed by a pause that doubles up to five seconds;
    ``progressed`` ends the doubling. ``last_beat`` (monotonic) is the last sign of life.
    """

    def __init__(
        self, name: str, session: Callable[[], None], on_failure: Callable[[Exception], None]
    ) -> None:
        self.name = name
        self.last_beat = time.monotonic()
        self.failure: Exception | None = None
        self._session = session
        self._on_failure = on_failure
        self._pause = FIRST_PAUSE_SECONDS
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def stopping(self) -> bool:
        """Whether the session should end."""
        return self._stopping.is_set()

    def start(self) -> None:
        """Start the thread."""
        self._stopping.clear()
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def request_stop(self) -> None:
        """Let the session end."""
        self._stopping.set()

    def join(self) -> None:
        """Wait for the end, at most half a minute."""
        if self._thread is not None:
            self._thread.join(STOP_SECONDS)
            if self._thread.is_alive():
                log.warning("thread_did_not_stop", thread=self.name)
            self._thread = None

    def beat(self) -> None:
        """Give a sign of life."""
        self.last_beat = time.monotonic()

    def progressed(self) -> None:
        """Something succeeded: the next failure is followed by a short pause again."""
        self.failure = None
        self._pause = FIRST_PAUSE_SECONDS

    def pause(self, seconds: float) -> None:
        """Sleep, but not beyond the stop."""
        self._stopping.wait(seconds)

    def _run(self) -> None:
        while not self.stopping:
            self.beat()
            try:
                self._session()
            except Exception as error:
                self.failure = error
                self._on_failure(error)
                self.pause(self._pause)
                self._pause = min(self._pause * 2, LONGEST_PAUSE_SECONDS)
