"""Alembic environment of the sample service."""

from opentas_shared.persistence.migrations import run_env
from tests.service.kit.sample import METADATA

run_env(METADATA)
