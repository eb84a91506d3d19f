"""Every published event of the other services goes into the projections that it concerns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics_service.read_models.projections import CONCERNED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.unit_of_work import UnitOfWork


def project(contract: Contract, envelope: Envelope, work: UnitOfWork) -> None:
    """Stage the rows that one event changes; they are written with the consumer's position."""
    for projection in CONCERNED[type(contract)]:
        projection.apply(contract, envelope, work.rows)


REACTIONS: Mapping[type[Contract], Callable[[Contract, Envelope, UnitOfWork], None]] = {
    contract: project for contract in CONCERNED
}
