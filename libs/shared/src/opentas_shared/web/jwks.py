"""The keys of the identity provider (JWKS): cached, fetched again for an unknown ``kid``."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import jwt
import structlog

if TYPE_CHECKING:
    from collections.abc import Collection

log = structlog.get_logger(__name__)
UNKNOWN_KEY_PAUSE_SECONDS = 10.0
TIMEOUT_SECONDS = 5.0
FAMILIES = {"RSA": ("RS", "PS"), "EC": ("ES",), "OKP": ("EdDSA",)}


@dataclass(frozen=True)
class PublishedKey:
    """A public key of the provider and what it may sign with."""

    key: Any
    key_type: str
    algorithm: str | None

    def usable(self, allowed: Collection[str]) -> list[str]:
        """The allowed algorithms that fit the key; its own ``alg`` when it names one."""
        families = FAMILIES.get(self.key_type, ())
        return [
            name for name in allowed if name.startswith(families) and self.algorithm in (None, name)
        ]


class KeySet:
    """The JWKS of an identity provider, cached; an unknown ``kid`` fetches it again."""

    def __init__(self, url: str, ttl_seconds: float) -> None:
        self._url = url
        self._ttl = ttl_seconds
        self._keys: dict[str | None, PublishedKey] = {}
        self._fetched = float("-inf")
        self._lock = asyncio.Lock()

    async def key(self, key_id: str | None) -> PublishedKey | None:
        """The key with this id, or None; old keys stay of use while the provider is away."""
        if self._fresh(key_id):
            return self._keys.get(key_id)
        async with self._lock:
            if not self._fresh(key_id):
                await self._refresh()
        return self._keys.get(key_id)

    def _fresh(self, key_id: str | None) -> bool:
        age = time.monotonic() - self._fetched
        return age < (self._ttl if key_id in self._keys else UNKNOWN_KEY_PAUSE_SECONDS)

    async def _refresh(self) -> None:
        self._fetched = time.monotonic()
        try:
            document = await asyncio.to_thread(_fetch, self._url)
            declared = {key.get("kid"): key.get("alg") for key in document.get("keys", [])}
            self._keys = {
                key.key_id: PublishedKey(key.key, str(key.key_type), declared.get(key.key_id))
                for key in jwt.PyJWKSet.from_dict(document).keys
            }
        except (OSError, ValueError, jwt.PyJWTError) as error:
            log.warning("jwks_not_fetched", url=self._url, error=str(error))


def _fetch(url: str) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS) as response:
        document = json.load(response)
    if not isinstance(document, dict):
        raise TypeError(f"{url} is not a JWKS document")
    return document
