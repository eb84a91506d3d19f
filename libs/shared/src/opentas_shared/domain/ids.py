"""Identifiers: time-ordered for new things, derived for what a reaction creates."""

from __future__ import annotations

from uuid import UUID, uuid5

import uuid_utils.compat as uuid_utils

OPENTAS = UUID("6f0d9b0e-5d0b-5c53-9b0a-0f3a4c1d7a11")
"""Namespace of every derived id."""


def new_id() -> UUID:
    """A new UUIDv7: sorts by the time of its creation."""
    return uuid_utils.uuid7()


def derived_id(*parts: object) -> UUID:
    """The UUIDv5 of what caused it, so that a repeated cause cannot create twice."""
    return uuid5(OPENTAS, "/".join(str(part) for part in parts))
