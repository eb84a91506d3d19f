"""Effects that are one fact: initiated (2-1), the bid allowed (6-3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from opportunity_service.domain.effects import events
from opportunity_service.domain.effects.effect import Content, Effect
from opportunity_service.domain.effects.registering import registered
from opportunity_service.domain.missing import Missing

if TYPE_CHECKING:
    from opentas_shared.domain.time import Moment
    from opportunity_service.domain.facts import Facts
    from opportunity_service.domain.opportunity import Opportunity
    from opportunity_service.domain.requirements import Circumstances


class Milestone(Effect):
    """The instant of the approval is kept in the fact ``FACT``."""

    FACT: ClassVar[str]

    def facts(self, facts: Facts, content: Content, around: Circumstances, at: Moment) -> Facts:
        """Reached."""
        return facts.changed(**{self.FACT: at.instant.isoformat()})

    def undone(self, facts: Facts, content: Content, around: Circumstances) -> Facts:
        """Not reached."""
        return facts.changed(**{self.FACT: None})


class Initiation(Milestone):
    """R-11, R-12: from here on the company's resources may be used."""

    EVENT = events.Initiated
    FACT = "initiated_at"

    def needs(self, it: Opportunity, around: Circumstances, at: Moment) -> list[Missing]:
        """R-15: one that a partner leads must be registered before (2-2)."""
        if not it.facts.partner_led or registered(it.facts, at):
            return []
        detail = "What a partner leads needs a registration that has not expired."
        return [Missing("R-15", "STATE", "registered_until", detail)]


class Bid(Milestone):
    """R-18: the bid may be submitted."""

    EVENT = events.BidAllowed
    FACT = "bid_allowed_at"
