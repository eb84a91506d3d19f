"""What is appended and not yet published: the relay's row and the metrics drawn from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from opentas_shared.domain.time import utc_now
from opentas_shared.persistence.tables import events, relay

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

RELAY_ROW = 1

_PUBLISHED = select(relay.c.position).where(relay.c.id == RELAY_ROW).scalar_subquery()
_HEAD = select(func.max(events.c.position)).scalar_subquery()
_OLDEST = (
    select(events.c.recorded_at)
    .where(events.c.position > _PUBLISHED)
    .order_by(events.c.position)
    .limit(1)
    .scalar_subquery()
)
_STATE = select(_PUBLISHED, _HEAD, _OLDEST)


@dataclass(frozen=True)
class Outbox:
    """How far publishing is behind: in events, and by the age of the oldest of them."""

    published: int
    head: int
    oldest_at: datetime | None

    @property
    def backlog(self) -> int:
        """Events appended and not yet published."""
        return max(0, self.head - self.published)

    @property
    def age_seconds(self) -> float:
        """Age of the oldest event that is not published; 0 when there is none."""
        return max(0.0, (utc_now() - self.oldest_at).total_seconds()) if self.oldest_at else 0.0


def outbox(connection: Connection) -> Outbox:
    """The state of the outbox of the service whose database this is."""
    published, head, oldest_at = connection.execute(_STATE).one()
    return Outbox(published or 0, head or 0, oldest_at)
