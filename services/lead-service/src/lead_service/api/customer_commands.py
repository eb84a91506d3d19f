"""What can be done with a customer now, approval flow by approval flow (C16)."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from lead_service.api.reference import FLOWS
from lead_service.domain.core_fields import CORE_CHANGE_FLOW
from lead_service.domain.verification import ASSESSMENT_FLOW
from opentas_shared.domain.errors import DomainError
from opentas_shared.domain.time import Moment
from opentas_shared.web.allowed import AllowedCommand, Reason, attempt, reasons_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from lead_service.domain.core_fields import CorePolicy
    from lead_service.domain.customer import Customer
    from opentas_shared.web.auth import Caller

WRITE = "leads:write"


class Target(BaseModel):
    """One flow that a command can be given."""

    value: str
    label: str
    label_zh: str
    allowed: bool
    reasons: list[Reason]


class CustomerCommand(AllowedCommand):
    """A command; where it takes a flow, ``targets`` say which are possible now.

    ``locked_fields`` of the change are those that only TAS 1-3 changes now (R-21).
    """

    target_field: str | None = Field(None, examples=["flow"])
    targets: list[Target] = Field(default_factory=list)
    locked_fields: list[str] = Field(default_factory=list)


class CustomerCommands(BaseModel):
    """Every command of a customer, allowed or not."""

    items: list[CustomerCommand]


def customer_commands(
    customer: Customer, core: CorePolicy, caller: Caller
) -> list[CustomerCommand]:
    """Each command with what speaks against it, as the command itself would say."""
    path = f"/v1/customers/{customer.id}"
    change = attempt("change", path, lambda: caller.needs_scope(WRITE), method="PATCH")
    locked = [] if customer.verification in core.open_in else list(core.owners)
    targets = [
        _target(flow, customer, core, caller) for flow in (ASSESSMENT_FLOW, CORE_CHANGE_FLOW)
    ]
    possible = any(target.allowed for target in targets)
    return [
        CustomerCommand(**change.model_dump(), locked_fields=locked),
        CustomerCommand(
            command="approval-requests",
            allowed=possible,
            reasons=[] if possible else targets[0].reasons,
            required_fields=["flow"],
            path=f"{path}/approval-requests",
            target_field="flow",
            targets=targets,
        ),
    ]


def _target(flow: str, customer: Customer, core: CorePolicy, caller: Caller) -> Target:
    trials: dict[str, Callable[[Customer], None]] = {
        ASSESSMENT_FLOW: lambda it: it.request_assessment({}, "", core, Moment.now()),
        CORE_CHANGE_FLOW: lambda it: it.ensure_core_change_possible(),
    }
    reasons: list[Reason] = []
    try:
        caller.needs_scope(WRITE)
        trials[flow](deepcopy(customer))
    except DomainError as refusal:
        reasons = reasons_of(refusal)
    english, chinese = FLOWS[flow]
    return Target(value=flow, label=english, label_zh=chinese, allowed=not reasons, reasons=reasons)
