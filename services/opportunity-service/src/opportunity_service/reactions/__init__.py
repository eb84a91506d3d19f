"""What other services publish and opportunity-service listens to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentas_shared.organisation import directory
from opportunity_service.reactions import approvals, leads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.unit_of_work import UnitOfWork

REACTIONS: Mapping[type[Contract], Callable[[Any, Envelope, UnitOfWork], None]] = {
    **directory.REACTIONS,
    **leads.REACTIONS,
    **approvals.REACTIONS,
}
