"""Contacts: register, change, list, read, history."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import AwareDatetime

from lead_service.api.access import (
    Reader,
    Runner,
    Writer,
    check_access,
    fetch,
    only_change,
    shown,
)
from lead_service.api.customer_requests import ContactChangeRequest, NewContact
from lead_service.api.views import ContactPage, ContactView
from lead_service.commands import registering
from lead_service.read_models.contacts import (
    SORTS,
    ContactFilters,
    contacts,
    matching,
    view,
    within,
)
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment
from opentas_shared.web.allowed import AllowedCommands
from opentas_shared.web.concurrency import single
from opentas_shared.web.history import History, history
from opentas_shared.web.operations import changes, creates, lists, reads_one
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources
from opentas_shared.web.scope import visible_owners

router = APIRouter(prefix="/v1/contacts", tags=["customers"])


@router.post("", response_model=ContactView, summary="Register a contact", **creates(409))
async def register_contact(
    body: NewContact, caller: Writer, request: Request, commands: Runner
) -> Response:
    """409 with the candidates when name, phone or e-mail are known; `force` registers anyway."""
    owner_id = body.owner_id or caller.subject
    command = registering.RegisterContact(
        new_id(), body.facts(), owner_id, body.force, Moment.now()
    )
    return await commands.create(
        registering.register_contact,
        command,
        view=shown(contacts, view, command.contact_id),
        location="/v1/contacts/{id}",
        caller=caller,
        request=request,
    )


@router.get("", response_model=ContactPage, summary="List contacts", **lists())
def list_contacts(
    caller: Reader,
    request: Request,
    page: PageQuery,
    owner_id: str | None = None,
    customer_id: UUID | None = None,
    created_at_gte: AwareDatetime | None = None,
    created_at_lt: AwareDatetime | None = None,
    q: Annotated[str | None, Query(max_length=200, description="Words of the name.")] = None,
) -> Response:
    """The contacts that you may see, newest first; sort by `created_at` or `name`."""
    filters = ContactFilters(owner_id, customer_id, created_at_gte, created_at_lt, q)
    with resources(request).database.read() as connection:
        return paginate(
            connection,
            matching(filters, visible_owners(caller, request, connection)),
            page,
            sorts=SORTS,
            default_sort="-created_at",
            key=contacts.c.id,
            view=view,
        )


@router.get("/{contact_id}", response_model=ContactView, summary="Read a contact", **reads_one())
def read_contact(contact_id: UUID, caller: Reader, request: Request) -> Response:
    """The contact as it is now."""
    return single(request, view(fetch(contacts, within, contact_id, caller, request)))


@router.patch("/{contact_id}", response_model=ContactView, summary="Change a contact", **changes())
async def change_contact(
    contact_id: UUID,
    body: ContactChangeRequest,
    caller: Writer,
    request: Request,
    commands: Runner,
) -> Response:
    """Add or correct facts, or name another owner."""
    await check_access(contacts, within, contact_id, caller, request)
    return await commands.change(
        registering.change_contact,
        registering.ChangeContact(contact_id, body.changes(), Moment.now()),
        id=contact_id,
        view=shown(contacts, view, contact_id),
        caller=caller,
        request=request,
    )


@router.get(
    "/{contact_id}/history",
    response_model=History,
    summary="Read the history of a contact",
    responses=problems(404),
)
def read_contact_history(contact_id: UUID, caller: Reader, request: Request) -> History:
    """Every event of the contact, oldest first."""
    fetch(contacts, within, contact_id, caller, request)
    return History(**history(resources(request).events, contact_id))


@router.get(
    "/{contact_id}/allowed-commands",
    response_model=AllowedCommands,
    summary="Read what can be done with a contact",
    responses=problems(404),
)
def read_contact_allowed_commands(
    contact_id: UUID, caller: Reader, request: Request
) -> AllowedCommands:
    """A contact can be changed by whoever sees it and may write."""
    fetch(contacts, within, contact_id, caller, request)
    return only_change(f"/v1/contacts/{contact_id}", caller)
