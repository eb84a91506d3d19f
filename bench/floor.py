"""The floor: what FastAPI and one INSERT per request cost, and nothing else.

``python -m bench.floor PORT DATABASE_URL`` serves ``POST /leads``. A single statement outside a
transaction block is a transaction of its own: one INSERT and one COMMIT in one round trip.
"""

from __future__ import annotations

import sys
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from uuid import uuid4

import asyncpg  # type: ignore[import-untyped]
import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

TABLE = (
    "CREATE TABLE floor (id uuid PRIMARY KEY, title text NOT NULL, source text NOT NULL,"
    " scale text, customer_importance text, solution_fit text,"
    " created_at timestamptz NOT NULL DEFAULT now())"
)
INSERT = (
    "INSERT INTO floor (id, title, source, scale, customer_importance, solution_fit)"
    " VALUES ($1, $2, $3, $4, $5, $6)"
)


class Lead(BaseModel):
    """The same body that ``POST /v1/leads`` takes."""

    title: str
    source: str
    scale: str
    customer_importance: str
    solution_fit: str


def application(url: str) -> FastAPI:
    """The bare endpoint with its pool."""

    pool: asyncpg.Pool

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        nonlocal pool
        async with asyncpg.create_pool(url) as pool:
            await pool.execute(TABLE)
            yield

    app = FastAPI(lifespan=lifespan)

    @app.post("/leads", status_code=201)
    async def capture(lead: Lead):  # type: ignore[no-untyped-def]
        id = uuid4()
        async with pool.acquire() as connection:
            await connection.execute(
                INSERT,
                id,
                lead.title,
                lead.source,
                lead.scale,
                lead.customer_importance,
                lead.solution_fit,
            )
        return {"id": id}

    return app


if __name__ == "__main__":
    uvicorn.run(
        application(sys.argv[2]), port=int(sys.argv[1]), access_log=False, log_level="warning"
    )
