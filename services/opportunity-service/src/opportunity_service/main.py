"""The api process: ``uvicorn --factory opportunity_service.main:create``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentas_shared.web import app
from opportunity_service.service import SERVICE

if TYPE_CHECKING:
    from fastapi import FastAPI


def create() -> FastAPI:
    """The application."""
    return app.create(SERVICE)
