"""Rows of the read models for requests that change nothing."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentas_shared.persistence.rows import Rows, RowStore
from opentas_shared.web.requests import resources

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import Request


@contextmanager
def rows_of(request: Request) -> Iterator[Rows]:
    """What commands read, from a reading connection."""
    with resources(request).database.read() as connection:
        yield Rows(RowStore(connection))
