"""The api process: ``uvicorn --factory metrics_service.main:create``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics_service.service import SERVICE
from opentas_shared.web import app

if TYPE_CHECKING:
    from fastapi import FastAPI


def create() -> FastAPI:
    """The application."""
    return app.create(SERVICE)
