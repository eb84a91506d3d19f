"""The services of the product, in the order in which they are named everywhere."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from opentas_shared.runtime.service import Service

NAMES = ("lead-service", "opportunity-service", "approval-service", "metrics-service")


def service(name: str) -> Service:
    """The service called ``lead-service`` or ``lead``; ``BadParameter`` names those there are."""
    full = name if name.endswith("-service") else f"{name}-service"
    if full not in NAMES:
        raise typer.BadParameter(f"there is no service {name}; there are {', '.join(NAMES)}")
    found: Service = import_module(f"{full.replace('-', '_')}.service").SERVICE
    return found


@cache
def services() -> tuple[Service, ...]:
    """All of them."""
    return tuple(service(name) for name in NAMES)
