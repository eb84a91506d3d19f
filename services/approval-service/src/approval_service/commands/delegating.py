"""Grant and revoke long-term delegations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select

from approval_service.domain.delegation.delegation import Delegation
from approval_service.domain.delegation.errors import DelegationInvalid
from approval_service.read_models.delegations import beside
from approval_service.read_models.flows import flow_definitions
from opentas_shared.domain.errors import Violation
from opentas_shared.organisation.directory import person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from approval_service.domain.delegation.authority import Authority
    from approval_service.domain.delegation.term import Term
    from opentas_shared.domain.time import Moment
    from opentas_shared.persistence.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class GrantDelegation:
    """Let a deputy be asked in the principal's place."""

    delegation_id: UUID
    term: Term
    by: Authority
    at: Moment


@dataclass(frozen=True)
class RevokeDelegation:
    """End a delegation before its time."""

    delegation_id: UUID
    by: Authority
    at: Moment


def grant_delegation(command: GrantDelegation, work: UnitOfWork) -> None:
    """Refuses unknown or inactive people, unknown flows and what ``Delegation.grant`` refuses."""
    term = command.term
    command.by.check(term.principal_id)
    wrong = [
        *_inactive("principal_id", term.principal_id, work),
        *_inactive("deputy_id", term.deputy_id, work),
        *_unknown_flows(term, work),
    ]
    if wrong:
        raise DelegationInvalid(wrong[0].detail, violations=wrong)
    others = beside(work.rows, term)
    work.save(Delegation.grant(command.delegation_id, term, command.by, others, command.at))


def revoke_delegation(command: RevokeDelegation, work: UnitOfWork) -> None:
    """``IllegalTransition`` (409) once it has ended, ``Forbidden`` (403) for others."""
    delegation = work.get(Delegation, command.delegation_id)
    delegation.revoke(command.by, command.at)
    work.save(delegation)


def _inactive(field: str, person_id: str, work: UnitOfWork) -> Iterator[Violation]:
    known = person(work.rows, person_id)
    if known is None:
        detail = f"There is no person {person_id}; GET /v1/people lists those there are."
        yield Violation("UNKNOWN", detail, pointer=f"/{field}")
    elif not known.active:
        detail = f"{person_id} has left and takes no tasks; name somebody active."
        yield Violation("INACTIVE", detail, pointer=f"/{field}")


def _unknown_flows(term: Term, work: UnitOfWork) -> Iterator[Violation]:
    if not term.flows:
        return
    rows = work.rows.select(select(flow_definitions.c.flow).distinct())
    for flow in sorted(term.flows - {row["flow"] for row in rows}):
        detail = f"There is no flow {flow}; GET /v1/flow-definitions lists those there are."
        yield Violation("UNKNOWN", detail, pointer="/flows")
