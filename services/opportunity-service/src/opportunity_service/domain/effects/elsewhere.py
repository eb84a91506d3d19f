"""What other opportunities hold and a request may collide with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opportunity_service.domain.effects.registering import Registration
    from opportunity_service.domain.effects.slots import Booking


@dataclass(frozen=True)
class Elsewhere:
    """Gathered for one request: bookings of its people, live registrations of its claim."""

    bookings: tuple[Booking, ...] = ()
    registrations: tuple[Registration, ...] = ()
