"""Long-term delegations: grant, list, read, history, revocation and what can be done now."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from approval_service.api.access import Reader, Runner, Writer
from approval_service.api.delegation_access import fetch_delegation, shown_delegation
from approval_service.api.delegation_bodies import (
    DelegationPage,
    DelegationRevocation,
    DelegationView,
    NewDelegation,
)
from approval_service.commands import delegating
from approval_service.domain.approval.errors import ADMINISTRATOR
from approval_service.domain.delegation.authority import Authority
from approval_service.domain.delegation.delegation import REVOCATION, Delegation
from approval_service.read_models.delegation_queries import (
    SORTS,
    DelegationFilters,
    matching,
    view,
)
from approval_service.read_models.delegations import delegations
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment
from opentas_shared.web.allowed import AllowedCommands, allowed_commands, attempt
from opentas_shared.web.concurrency import single
from opentas_shared.web.history import History, history
from opentas_shared.web.operations import changes, creates, lists, reads_one
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources
from opentas_shared.web.scope import visible_owners

router = APIRouter(prefix="/v1/delegations", tags=["delegations"])


@router.post(
    "", response_model=DelegationView, summary="Grant a delegation", **creates(403, 409, 422)
)
async def grant_delegation(
    body: NewDelegation, caller: Writer, request: Request, commands: Runner
) -> Response:
    """From `from_at` to `until_at` new tasks go to the deputy; both names are kept.

    Administrators may grant it for somebody, with a reason. 409 where another delegation of the
    same person covers some of the same tasks, or a task would come back to the person.
    """
    at = Moment.now()
    delegation_id = new_id()
    term, authority = body.term(caller, at), body.authority(caller)
    return await commands.create(
        delegating.grant_delegation,
        delegating.GrantDelegation(delegation_id, term, authority, at),
        view=shown_delegation(delegation_id),
        location="/v1/delegations/{id}",
        caller=caller,
        request=request,
    )


@router.get("", response_model=DelegationPage, summary="List delegations", **lists())
def list_delegations(
    caller: Reader,
    request: Request,
    page: PageQuery,
    principal_id: str | None = None,
    deputy_id: str | None = None,
    flow: Annotated[str | None, Query(description="Also those for all flows.")] = None,
    in_force_at: Annotated[
        AwareDatetime | None, Query(description="Those that count at this instant.")
    ] = None,
    revoked: bool | None = None,
) -> Response:
    """The delegations of and to people in your data scope, newest first."""
    filters = DelegationFilters(principal_id, deputy_id, flow, in_force_at, revoked)
    with resources(request).database.read() as connection:
        visible = visible_owners(caller, request, connection)
        return paginate(
            connection,
            matching(filters, visible),
            page,
            sorts=SORTS,
            default_sort="-created_at",
            key=delegations.c.id,
            view=view,
        )


@router.get(
    "/{delegation_id}", response_model=DelegationView, summary="Read a delegation", **reads_one()
)
def read_delegation(delegation_id: UUID, caller: Reader, request: Request) -> Response:
    """One delegation."""
    return single(request, fetch_delegation(delegation_id, caller, request))


@router.get(
    "/{delegation_id}/history",
    response_model=History,
    summary="Read the history of a delegation",
    responses=problems(404),
)
def read_delegation_history(delegation_id: UUID, caller: Reader, request: Request) -> History:
    """Who granted and who revoked it."""
    fetch_delegation(delegation_id, caller, request)
    return History(**history(resources(request).events, delegation_id))


@router.get(
    "/{delegation_id}/allowed-commands",
    response_model=AllowedCommands,
    summary="Read what can be done with a delegation",
    responses=problems(404),
)
def read_delegation_allowed_commands(
    delegation_id: UUID, caller: Reader, request: Request
) -> AllowedCommands:
    """Whether you can revoke it now; an administrator must say why."""
    row = fetch_delegation(delegation_id, caller, request)
    delegation = resources(request).events.load(Delegation, delegation_id)
    other = row["principal_id"] != caller.subject
    authority = Authority(caller.subject, ADMINISTRATOR in caller.roles, "asked what is allowed")

    def check() -> None:
        delegation.check_revocation(authority, Moment.now())
        caller.needs_scope("approvals:write")

    path = f"/v1/delegations/{delegation_id}/{REVOCATION}"
    required = ("reason",) if other else ()
    return allowed_commands([attempt(REVOCATION, path, check, required_fields=required)])


@router.post(
    "/{delegation_id}/revocation",
    response_model=DelegationView,
    summary="Revoke a delegation",
    **changes(403, 422),
)
async def revoke_delegation(
    delegation_id: UUID,
    body: DelegationRevocation,
    caller: Writer,
    request: Request,
    commands: Runner,
) -> Response:
    """End it now, by the principal or with a reason by an administrator; tasks stay where they
    are."""
    return await commands.change(
        delegating.revoke_delegation,
        delegating.RevokeDelegation(delegation_id, body.authority(caller), Moment.now()),
        id=delegation_id,
        view=shown_delegation(delegation_id),
        caller=caller,
        request=request,
    )
