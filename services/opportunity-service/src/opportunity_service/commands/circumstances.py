"""What decisions about one opportunity go by, gathered inside the unit of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentas_shared.organisation.directory import posts_of
from opportunity_service.configuration.configured import configured
from opportunity_service.domain.opportunity import Opportunity
from opportunity_service.domain.requirements import Circumstances

if TYPE_CHECKING:
    from uuid import UUID

    from sqlalchemy import Connection

    from opentas_shared.persistence.rows import Rows
    from opentas_shared.persistence.unit_of_work import UnitOfWork


def circumstances_of(
    opportunity: Opportunity,
    directory: Connection | Rows,
    *,
    owner_id: str | None = None,
    waived: frozenset[str] = frozenset(),
) -> Circumstances:
    """The stage model's version, the policies, and the posts of the (new) owner (R-10)."""
    chosen = configured()
    facts = opportunity.facts
    posts: frozenset[str] = frozenset()
    if "R-10" not in waived:
        posts = posts_of(directory, owner_id or facts.owner_id)
    model = chosen.stage_models.version(facts.stage_model, facts.stage_model_version)
    return Circumstances(model, chosen.policies, posts, chosen.zone)


def at_hand(
    work: UnitOfWork,
    id: UUID,
    *,
    owner_id: str | None = None,
    waived: frozenset[str] = frozenset(),
) -> tuple[Opportunity, Circumstances]:
    """The opportunity and its circumstances. Raises ``NotFound`` (404)."""
    opportunity = work.get(Opportunity, id)
    return opportunity, circumstances_of(opportunity, work.rows, owner_id=owner_id, waived=waived)
