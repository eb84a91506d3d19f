"""Opaque cursors: a place in an order, signed and bound to the list it belongs to."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic_core import to_json

from opentas_shared.web.refusals import CursorInvalid

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastapi import Request

    from opentas_shared.web.sorting import Term

SIGNATURE_BYTES = 16
UNBOUND = frozenset({"cursor", "limit", "include_total"})


@dataclass(frozen=True, slots=True)
class Position:
    """The sort values of the item at the edge of a page, and which way to read from it."""

    values: tuple[Any, ...]
    backward: bool


def binding(request: Request, sort: str) -> str:
    """A digest of path, filters and sort; a cursor is of use for these only."""
    pairs = sorted(
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in UNBOUND and name != "sort"
    )
    text = json.dumps([request.url.path, sort, pairs])
    return hashlib.blake2b(text.encode(), digest_size=8).hexdigest()


class CursorSigner:
    """Makes and reads the cursors of one service."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def write(self, position: Position, bound: str) -> str:
        """The cursor of a place in a list."""
        payload = to_json([bound, position.backward, list(position.values)])
        return urlsafe_b64encode(self._sign(payload) + payload).decode().rstrip("=")

    def read(self, cursor: str, bound: str, order: Sequence[Term]) -> Position:
        """The place; ``CursorInvalid`` (400) when forged, damaged or of another list."""
        try:
            raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            signature, payload = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
            if not hmac.compare_digest(signature, self._sign(payload)):
                raise CursorInvalid
            found, backward, values = json.loads(payload)
        except ValueError:
            raise CursorInvalid from None
        if found != bound or len(values) != len(order):
            raise CursorInvalid
        parsed = tuple(term.parse(value) for term, value in zip(order, values, strict=True))
        return Position(parsed, backward)

    def _sign(self, payload: bytes) -> bytes:
        return hmac.digest(self._secret, payload, "sha256")[:SIGNATURE_BYTES]
