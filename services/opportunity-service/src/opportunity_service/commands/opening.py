"""Opening opportunities: by a conversion, or directly by the roles configured for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from opentas_shared.domain.errors import AlreadyExists
from opentas_shared.domain.ids import derived_id, new_id
from opentas_shared.organisation.directory import posts_of
from opportunity_service.configuration.configured import configured
from opportunity_service.domain.missing import refuse
from opportunity_service.domain.opportunity import Opportunity
from opportunity_service.domain.requirements import Circumstances, owner_entitled

if TYPE_CHECKING:
    from uuid import UUID

    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opportunity_service.domain.opening import Opening

NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class OpenOpportunity:
    """Open an opportunity; ``stage_model`` is the default one when it is not given."""

    opportunity_id: UUID
    opening: Opening
    at: Moment
    stage_model: str | None = None
    waived: frozenset[str] = NONE


def id_of(natural_key: str | None) -> UUID:
    """The id of a new opportunity: derived from its natural key where it has one."""
    return derived_id("opportunity", "natural-key", natural_key) if natural_key else new_id()


def open_opportunity(command: OpenOpportunity, work: UnitOfWork) -> Opportunity:
    """Open it directly.

    Raises ``AlreadyExists`` (409), ``UnknownStageModel`` (422), ``RequirementsMissing`` (R-10).
    """
    if work.find(Opportunity, command.opportunity_id) is not None:
        raise AlreadyExists(
            f"Opportunity {command.opening.natural_key or command.opportunity_id} exists already.",
            id=str(command.opportunity_id),
        )
    return open_new(command, work)


def open_new(command: OpenOpportunity, work: UnitOfWork) -> Opportunity:
    """The same for one that is known not to exist."""
    circumstances = _circumstances(command, work)
    chosen = configured()
    opening = command.opening
    base = opening.amount.base_minor if opening.amount is not None else None
    grade = chosen.policies.grading.amount_grade(base)
    broken = owner_entitled(opening.owner_id, grade, circumstances.owner_posts, chosen.policies)
    refuse("The opening", broken, command.waived)
    return _open(command, circumstances, work)


def open_from_conversion(command: OpenOpportunity, work: UnitOfWork) -> None:
    """Open what a conversion announced; never refused, and nothing when it is open (§14.20).

    A stage model that is not configured is replaced by the default one and remembered.
    """
    if work.find(Opportunity, command.opportunity_id) is not None:
        return
    wanted = command.stage_model
    if wanted is not None and not configured().stage_models.knows(wanted):
        opening = replace(command.opening, requested_stage_model=wanted)
        command = replace(command, opening=opening, stage_model=None)
    _open(command, _circumstances(command, work), work)


def _circumstances(command: OpenOpportunity, work: UnitOfWork) -> Circumstances:
    chosen = configured()
    posts = NONE
    if "R-10" not in command.waived:
        posts = posts_of(work.rows, command.opening.owner_id)
    model = chosen.stage_models.newest(command.stage_model)
    return Circumstances(model, chosen.policies, posts, chosen.zone)


def _open(command: OpenOpportunity, circumstances: Circumstances, work: UnitOfWork) -> Opportunity:
    opportunity = Opportunity.open(
        command.opportunity_id,
        command.opening,
        circumstances,
        configured().base_currency,
        command.at,
        command.waived,
    )
    work.save(opportunity)
    return opportunity
