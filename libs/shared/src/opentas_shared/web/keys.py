"""Keys that sign tokens: those of the identity provider (JWKS) and the development key."""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import time
import urllib.request
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import jwt
import structlog
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from opentas_shared.domain.time import utc_now
from opentas_shared.web.auth import SCOPES

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from opentas_shared.runtime.settings import SharedSettings

log = structlog.get_logger(__name__)
FILE_NAME = "development-key.pem"
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


@dataclass(frozen=True)
class DevelopmentKey:
    """The local key that only the development mode trusts."""

    private_key: Ed25519PrivateKey
    key_id: str
    algorithm: str = "EdDSA"

    @property
    def public_key(self) -> Ed25519PublicKey:
        """What verifies its signatures."""
        return self.private_key.public_key()

    @property
    def secret(self) -> str:
        """A secret for other uses on this machine, derived from the key."""
        raw = self.private_key.private_bytes(
            serialization.Encoding.Raw,
            serialization.PrivateFormat.Raw,
            serialization.NoEncryption(),
        )
        return hashlib.sha256(b"opentas" + raw).hexdigest()


def development_key(data_dir: Path) -> DevelopmentKey:
    """The key kept in the data folder, made there at first use (mode 0600)."""
    path = data_dir / FILE_NAME
    if not path.exists():
        _make(path)
    private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise TypeError(f"{path} holds no Ed25519 key")
    raw = private.public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw
    )
    return DevelopmentKey(private, f"development-{hashlib.sha256(raw).hexdigest()[:12]}")


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    # Written aside and linked: of several processes that start at once one key wins, whole.
    aside = path.with_name(f"{path.name}.{os.getpid()}")
    aside.touch(mode=0o600)
    aside.write_bytes(pem)
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()


def sign_development_token(
    settings: SharedSettings,
    subject: str,
    *,
    roles: Collection[str] = (),
    scopes: Collection[str] = tuple(SCOPES),
    name: str = "",
    organisation: str = "",
    department: str = "",
    lifetime: timedelta = timedelta(hours=12),
) -> str:
    """A token for ``opentas token``, trusted in development mode on this data folder only."""
    key = development_key(settings.data_dir)
    now = utc_now()
    claims = {
        "iss": settings.auth_issuer,
        "aud": settings.auth_audience,
        "sub": subject,
        "name": name,
        "iat": now,
        "exp": now + lifetime,
        "scope": " ".join(sorted(scopes)),
        "roles": sorted(roles),
        "organisation": organisation,
        "department": department,
    }
    return jwt.encode(claims, key.private_key, key.algorithm, headers={"kid": key.key_id})
