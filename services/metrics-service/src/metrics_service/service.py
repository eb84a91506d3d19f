"""What the runner, the worker and the generators need to know of metrics-service."""

from __future__ import annotations

from pathlib import Path

from metrics_service.api import approvals, funnel, lead_conversion
from metrics_service.reactions import REACTIONS
from metrics_service.read_models.metadata import metadata
from metrics_service.read_models.projections import PROJECTIONS
from metrics_service.settings import MetricsSettings
from opentas_shared.runtime.service import Service

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
    routers=(lead_conversion.router, funnel.router, approvals.router),
)
