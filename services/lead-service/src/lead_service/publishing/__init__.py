"""Own events as the contracts that others read; what is not listed here is private."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lead_service.publishing import customers, leads

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.domain.aggregate import AggregateEvent
    from opentas_shared.persistence.recorded import Recorded

PUBLISHED: Mapping[type[AggregateEvent], Callable[[Any, Recorded], Contract]] = {
    **leads.PUBLISHED,
    **customers.PUBLISHED,
}
