"""Alembic's environment of lead-service."""

from lead_service.read_models import contacts, customers, leads  # noqa: F401
from lead_service.read_models.metadata import metadata
from opentas_shared.persistence.migrations import run_env

run_env(metadata)
