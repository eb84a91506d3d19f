"""Alembic's environment of approval-service."""

from approval_service.read_models import (  # noqa: F401
    approvals,
    delegations,
    deputies,
    flows,
    organisation,
    tasks,
)
from approval_service.read_models.metadata import metadata
from opentas_shared.persistence.migrations import run_env

run_env(metadata)
