"""Settings of approval-service."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from opentas_shared.runtime.settings import SharedSettings


class ApprovalSettings(SharedSettings):
    """What approval-service reads besides the shared settings."""

    approval_configuration_dir: Path | None = None
    """A folder whose ``roles.yaml`` and ``flows/`` replace those of
    ``approval_service/configuration``."""
    approval_delegation_chain: int = Field(3, ge=1, le=20)
    """So many deputies in a row a task is passed on to, at most."""
    approval_rehearsal_at_once: int = Field(200, ge=0)
    """A rehearsal of at most so many approvals is done while the caller waits."""
    approval_urge_minutes: int = Field(30, ge=0, le=7 * 24 * 60)
    """催办: the approvers of one approval can be urged again after so many minutes."""
