"""Settings of lead-service."""

from __future__ import annotations

from pathlib import Path

from opentas_shared.runtime.settings import SharedSettings


class LeadSettings(SharedSettings):
    """What lead-service reads besides the shared settings."""

    lead_configuration_dir: Path | None = None
    """A folder with files that replace those of ``lead_service/configuration``."""
