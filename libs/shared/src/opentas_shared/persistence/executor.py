"""Group commit: one thread per process and service that decides and writes batches of commands."""

from __future__ import annotations

import queue
import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

import structlog
from sqlalchemy import select
from sqlalchemy.exc import DataError, SQLAlchemyError

from opentas_shared.persistence.answering import Answers, Awaited
from opentas_shared.persistence.appending import appending, lock_and_read_head
from opentas_shared.persistence.database import is_transient
from opentas_shared.persistence.errors import NotStorable, StoreUnavailable
from opentas_shared.persistence.sending import Statement, send
from opentas_shared.persistence.tables import APPEND_LOCK, events
from opentas_shared.persistence.unit_of_work import Batch, UnitOfWork

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from uuid import UUID

    from sqlalchemy import Connection

    from opentas_shared.persistence.answering import Answer
    from opentas_shared.persistence.database import Database
    from opentas_shared.persistence.projection import Projection
    from opentas_shared.persistence.recorded import Context

T = TypeVar("T")
log = structlog.get_logger(__name__)

IDLE_BEAT_SECONDS = 1.0
GATHERING_SECONDS = 0.001
"""After a batch of several units the next one waits for so long, that it may have several too."""
_COMMIT = Statement("COMMIT", prepare=False)


@dataclass(frozen=True)
class _Work(Generic[T]):
    unit: Callable[[UnitOfWork], T]
    context: Context
    expected: tuple[UUID, int | None] | None
    patient: bool
    future: Answer[T]


class Executor:
    """Runs units of work in batches, each batch in one transaction.

    A batch takes the append lock, runs the units one after the other (a later one sees what
    earlier ones did, a refused one leaves no trace), writes all events, read-model rows and
    idempotency records with set-based statements, and commits. After a database error the batch
    is rolled back and its units run singly; a passing error is then retried: for ever when the
    unit is ``patient`` (reactions) and nobody stops the executor, else for ``retry_seconds``,
    after which the caller gets ``StoreUnavailable`` (503).
    """

    def __init__(
        self,
        database: Database,
        projections: Sequence[Projection] = (),
        *,
        batch_limit: int = 64,
        max_event_bytes: int = 900_000,
        retry_seconds: float = 5.0,
        lock: int = APPEND_LOCK,
        on_commit: Callable[[int], None] | None = None,
    ) -> None:
        self._database = database
        self._projections = projections
        self._batch_limit = batch_limit
        self._max_event_bytes = max_event_bytes
        self._retry_seconds = retry_seconds
        self._lock = lock
        self._on_commit = on_commit
        self._queue: queue.SimpleQueue[list[_Work[Any]] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._connection: Connection | None = None
        self._stopping = threading.Event()
        self._answers = Answers()
        self._crowded = False
        self.last_beat = time.monotonic()

    def start(self) -> None:
        """Start the thread."""
        self._thread = threading.Thread(target=self._run, name="executor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish everything that was accepted, then stop the thread."""
        self._stopping.set()
        self._queue.put(None)
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def submit(
        self,
        unit: Callable[[UnitOfWork], T],
        context: Context,
        *,
        expected: tuple[UUID, int | None] | None = None,
        patient: bool = False,
    ) -> Future[T]:
        """Queue a unit; the future has its result once the batch is committed."""
        self._refuse_when_stopping()
        future: Future[T] = Future()
        self._queue.put([_Work(unit, context, expected, patient, future)])
        return future

    def submit_together(
        self, units: Iterable[tuple[Callable[[UnitOfWork], Any], Context]]
    ) -> list[Future[Any]]:
        """Queue patient units that are to share transactions, as far as the limit allows."""
        self._refuse_when_stopping()
        works = [_Work(unit, context, None, True, Future()) for unit, context in units]
        self._queue.put(works)
        return [cast("Future[Any]", work.future) for work in works]

    async def run(
        self,
        unit: Callable[[UnitOfWork], T],
        context: Context,
        *,
        expected: tuple[UUID, int | None] | None = None,
    ) -> T:
        """Queue a unit and wait for it from a coroutine."""
        self._refuse_when_stopping()
        answer: Awaited[T] = Awaited(self._answers)
        self._queue.put([_Work(unit, context, expected, False, answer)])
        return await answer.future

    def _refuse_when_stopping(self) -> None:
        if self._stopping.is_set():
            raise StoreUnavailable("The service is stopping; repeat the request.")

    def _run(self) -> None:
        while True:
            self.last_beat = time.monotonic()
            try:
                works = self._queue.get(timeout=IDLE_BEAT_SECONDS)
            except queue.Empty:
                continue
            if self._crowded:
                time.sleep(GATHERING_SECONDS)
            waiting: list[_Work[Any]] = []
            while works is not None:
                waiting += works
                if len(waiting) >= self._batch_limit or self._queue.empty():
                    break
                works = self._queue.get()
            self._crowded = len(waiting) > 1
            for first in range(0, len(waiting), self._batch_limit):
                self._process(waiting[first : first + self._batch_limit])
            if works is None:
                self._disconnect()
                return

    def _process(self, batch: list[_Work[Any]]) -> None:
        try:
            self._commit(batch)
        except SQLAlchemyError as error:
            self._recover(error)
            for work in batch:
                self._run_singly(work)
                self._answers.deliver()
        except Exception as error:
            log.exception("executor_failed")
            self._disconnect()
            for work in batch:
                work.future.set_exception(error)
        self._answers.deliver()

    def _run_singly(self, work: _Work[Any]) -> None:
        deadline = time.monotonic() + self._retry_seconds
        pause = 0.05
        while True:
            self.last_beat = time.monotonic()
            try:
                self._commit([work])
                return
            except SQLAlchemyError as error:
                self._recover(error)
                if not is_transient(error):
                    unstorable = isinstance(error, DataError)
                    work.future.set_exception(NotStorable() if unstorable else error)
                    return
                waits = work.patient and not self._stopping.is_set()
                if not waits and time.monotonic() > deadline:
                    work.future.set_exception(
                        StoreUnavailable("The database does not answer; repeat the request.")
                    )
                    return
            except Exception as error:
                log.exception("executor_failed")
                self._disconnect()
                work.future.set_exception(error)
                return
            time.sleep(pause)
            pause = min(pause * 2, 1.0)

    def _commit(self, works: Sequence[_Work[Any]]) -> None:
        connection = self._connect()
        head = lock_and_read_head(connection, self._lock, begin=True)
        batch = Batch(connection, head, self._projections, self._max_event_bytes)
        batch.prefetch(work.expected[0] for work in works if work.expected is not None)
        outcomes = [self._attempt(work, batch) for work in works]
        self._write(connection, batch)
        for resolve in outcomes:
            resolve()
        if batch.events and self._on_commit is not None:
            self._on_commit(len(batch.events))

    def _attempt(self, work: _Work[Any], batch: Batch) -> Callable[[], None]:
        unit = UnitOfWork(batch, work.context, work.expected)
        try:
            result = work.unit(unit)
        except SQLAlchemyError:
            raise
        except Exception as error:
            unit.discard()
            refusal = error
            return lambda: work.future.set_exception(refusal)
        unit.merge()
        return lambda: work.future.set_result(result)

    def _write(self, connection: Connection, batch: Batch) -> None:
        """Write and commit; when the connection is lost meanwhile, look whether it landed."""
        try:
            send(connection, [*appending(batch.events), *batch.store.statements(), _COMMIT])
        except SQLAlchemyError as error:
            if not batch.events or not is_transient(error) or not self._landed(batch):
                raise

    def _landed(self, batch: Batch) -> bool:
        """Look under the append lock: the lost transaction has ended when it can be taken."""
        first = batch.events[0]
        self._disconnect()
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                with self._database.begin() as reader:
                    lock_and_read_head(reader, self._lock)
                    found = reader.scalar(
                        select(events.c.event_id).where(events.c.position == first.position)
                    )
                return found == first.event_id
            except SQLAlchemyError:
                self.last_beat = time.monotonic()
                time.sleep(0.2)
        return False

    def _connect(self) -> Connection:
        if self._connection is None or self._connection.closed:
            # In autocommit mode: the transaction begins and ends with the statements sent.
            self._connection = self._database.engine.connect().execution_options(
                isolation_level="AUTOCOMMIT"
            )
        return self._connection

    def _disconnect(self) -> None:
        if self._connection is not None:
            connection, self._connection = self._connection, None
            try:
                connection.invalidate()
                connection.close()
            except SQLAlchemyError:
                log.warning("connection_close_failed")

    def _recover(self, error: SQLAlchemyError) -> None:
        log.warning("batch_rolled_back", error=type(error).__name__)
        # A connection is never used after an error: its transaction may still be open.
        self._disconnect()
