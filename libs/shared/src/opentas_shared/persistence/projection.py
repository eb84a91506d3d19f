"""A read model: its tables and how events change their rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from uuid import UUID

    from sqlalchemy import Table

    from opentas_shared.persistence.rows import Rows


@dataclass(frozen=True)
class Projection:
    """One file of ``read_models/``.

    ``apply(event, record, rows)`` stages the change of rows that one event makes. In the
    services that own aggregates the event is a domain event and the record a ``Recorded``; in
    metrics-service they are a published contract and its ``Envelope``. It must depend on
    nothing but its arguments, so that a rebuild gives the same rows. ``ahead(ids, rows)`` may load
    with one statement the rows that commands about these aggregates are likely to change.
    """

    name: str
    tables: tuple[Table, ...]
    apply: Callable[[Any, Any, Rows], None]
    ahead: Callable[[Sequence[UUID], Rows], None] | None = None
