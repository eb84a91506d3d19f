"""Every published event of the other services goes into the projections that it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from metrics_service.read_models.projections import CONCERNED, FACT_OF
from opentas_shared.messaging.foresight import needs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from sqlalchemy import Table

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.unit_of_work import UnitOfWork


def entries_of(contract: Contract, envelope: Envelope) -> Iterable[tuple[Table, Mapping[str, Any]]]:
    """The row with the entries of the fact that an event belongs to."""
    fact = FACT_OF.get(type(contract))
    if fact is not None:
        yield fact.table, {fact.id_column: UUID(envelope.subject)}


@needs(entries_of)
def project(contract: Contract, envelope: Envelope, work: UnitOfWork) -> None:
    """Stage the rows that one event changes; they are written with the consumer's position."""
    for projection in CONCERNED[type(contract)]:
        projection.apply(contract, envelope, work.rows)


REACTIONS: Mapping[type[Contract], Callable[[Contract, Envelope, UnitOfWork], None]] = {
    contract: project for contract in CONCERNED
}
