"""Settings of metrics-service, besides the shared ones."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from opentas_shared.runtime.settings import SharedSettings


class MetricsSettings(SharedSettings):
    """What only the reports need."""

    minimum_sample: int = Field(5, ge=1)
    """The smallest denominator for which a rate is shown (R-27)."""
    default_stage_model: str = "SM-TAS"
    """The stage model of a funnel that names none."""
    order_rules_file: Path | None = None
    """A file that replaces ``metrics_service/configuration/order-rules.yaml`` (R-24)."""
