"""Alembic's environment of opportunity-service."""

from opentas_shared.persistence.migrations import run_env
from opportunity_service.read_models import approvals, opportunities  # noqa: F401
from opportunity_service.read_models.metadata import metadata

run_env(metadata)
