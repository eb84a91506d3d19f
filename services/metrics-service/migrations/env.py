"""Alembic's environment of metrics-service."""

from metrics_service.read_models.metadata import metadata
from metrics_service.service import SERVICE  # noqa: F401 - completes the metadata
from opentas_shared.persistence.migrations import run_env

run_env(metadata)
