"""What the runner, the worker and the generators need to know of metrics-service."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from metrics_service.api import (
    approval_tasks,
    approvals,
    bottlenecks,
    funnel,
    lead_conversion,
    violations,
)
from metrics_service.configuration.order_rules import order_rules
from metrics_service.reactions import REACTIONS
from metrics_service.read_models.metadata import metadata
from metrics_service.read_models.projections import PROJECTIONS
from metrics_service.settings import MetricsSettings
from opentas_shared.runtime.service import Service

if TYPE_CHECKING:
    from opentas_shared.runtime.resources import Resources


def start(resources: Resources) -> None:
    """Read the order rules; a wrong one stops the start."""
    order_rules.use(resources.settings)


SERVICE = Service(
    name="metrics-service",
    title="Metrics",
    title_zh="指标",
    description=(
        "Reports on leads, opportunities and approvals, current and as of any past instant. "
        "Every answer says as of when it is, how far the events behind it are applied, and "
        "links every number to the list behind it."
    ),
    settings=MetricsSettings,
    metadata=metadata,
    migrations=Path(__file__).resolve().parents[2] / "migrations",
    projections=PROJECTIONS,
    reactions=REACTIONS,
    routers=(
        lead_conversion.router,
        funnel.router,
        approvals.router,
        approval_tasks.router,
        bottlenecks.router,
        violations.router,
    ),
    on_start=start,
)
