"""Customers: register, change, list, read, history."""

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
    shown,
)
from lead_service.api.customer_commands import CustomerCommands, customer_commands
from lead_service.api.customer_requests import CustomerChangeRequest, NewCustomer
from lead_service.api.views import CustomerPage, CustomerView
from lead_service.commands import registering
from lead_service.configuration.configured import configured
from lead_service.domain.customer import Customer
from lead_service.read_models.customer_queries import (
    SORTS,
    CustomerFilters,
    matching,
    view,
    within,
)
from lead_service.read_models.customers import customers
from opentas_shared.domain.ids import new_id
from opentas_shared.domain.time import Moment
from opentas_shared.web.concurrency import single
from opentas_shared.web.history import History, history
from opentas_shared.web.operations import changes, creates, lists, reads_one
from opentas_shared.web.pagination import PageQuery, paginate
from opentas_shared.web.problems import problems
from opentas_shared.web.requests import resources
from opentas_shared.web.scope import visible_owners

router = APIRouter(prefix="/v1/customers", tags=["customers"])


@router.post("", response_model=CustomerView, summary="Register a customer", **creates(409))
async def register_customer(
    body: NewCustomer, caller: Writer, request: Request, commands: Runner
) -> Response:
    """409 with the candidates when name, phone or e-mail are known; `force` registers anyway."""
    owner_id = body.owner_id or caller.subject
    command = registering.RegisterCustomer(
        new_id(), body.facts(), owner_id, body.force, Moment.now()
    )
    return await commands.create(
        registering.register_customer,
        command,
        view=shown(customers, view, command.customer_id),
        location="/v1/customers/{id}",
        caller=caller,
        request=request,
    )


@router.get("", response_model=CustomerPage, summary="List customers", **lists())
def list_customers(
    caller: Reader,
    request: Request,
    page: PageQuery,
    owner_id: str | None = None,
    verification_status: Annotated[
        list[str] | None, Query(description="One or several states of verification.")
    ] = None,
    created_at_gte: AwareDatetime | None = None,
    created_at_lt: AwareDatetime | None = None,
    q: Annotated[str | None, Query(max_length=200, description="Words of the name.")] = None,
) -> Response:
    """The customers that you may see, newest first; sort by `created_at` or `name`."""
    filters = CustomerFilters(
        owner_id, tuple(verification_status or ()), created_at_gte, created_at_lt, q
    )
    with resources(request).database.read() as connection:
        return paginate(
            connection,
            matching(filters, visible_owners(caller, request, connection)),
            page,
            sorts=SORTS,
            default_sort="-created_at",
            key=customers.c.id,
            view=view,
        )


@router.get("/{customer_id}", response_model=CustomerView, summary="Read a customer", **reads_one())
def read_customer(customer_id: UUID, caller: Reader, request: Request) -> Response:
    """The customer as it is now."""
    return single(request, view(fetch(customers, within, customer_id, caller, request)))


@router.patch(
    "/{customer_id}", response_model=CustomerView, summary="Change a customer", **changes()
)
async def change_customer(
    customer_id: UUID,
    body: CustomerChangeRequest,
    caller: Writer,
    request: Request,
    commands: Runner,
) -> Response:
    """Add or correct facts, or name another owner.

    Core fields of a verified customer are changed by TAS 1-3 only (R-21).
    """
    await check_access(customers, within, customer_id, caller, request)
    return await commands.change(
        registering.change_customer,
        registering.ChangeCustomer(customer_id, body.changes(), Moment.now()),
        id=customer_id,
        view=shown(customers, view, customer_id),
        caller=caller,
        request=request,
    )


@router.get(
    "/{customer_id}/history",
    response_model=History,
    summary="Read the history of a customer",
    responses=problems(404),
)
def read_customer_history(customer_id: UUID, caller: Reader, request: Request) -> History:
    """Every event of the customer, oldest first."""
    fetch(customers, within, customer_id, caller, request)
    return History(**history(resources(request).events, customer_id))


@router.get(
    "/{customer_id}/allowed-commands",
    response_model=CustomerCommands,
    summary="Read what can be done with a customer",
    responses=problems(404),
)
def read_customer_allowed_commands(
    customer_id: UUID, caller: Reader, request: Request
) -> CustomerCommands:
    """Change it, or ask for TAS 1-2 and 1-3: what is possible for you now, and why not."""
    fetch(customers, within, customer_id, caller, request)
    customer = resources(request).events.load(Customer, customer_id)
    return CustomerCommands(items=customer_commands(customer, configured().core, caller))
