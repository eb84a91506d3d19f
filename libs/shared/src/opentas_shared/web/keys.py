"""The development key: signs tokens on one machine, trusted by the development mode only."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from opentas_shared.domain.time import utc_now
from opentas_shared.web.auth import SCOPES

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from opentas_shared.runtime.settings import SharedSettings

FILE_NAME = "development-key.pem"


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
