"""Verification of bearer tokens: allowed algorithms, issuer, audience, keys, and a cache."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import jwt

from opentas_shared.web.auth import Caller
from opentas_shared.web.refusals import Unauthenticated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentas_shared.runtime.settings import SharedSettings
    from opentas_shared.web.jwks import KeySet
    from opentas_shared.web.keys import DevelopmentKey

LARGEST_CACHE = 10_000
REQUIRED_CLAIMS = ["exp", "iss", "aud", "sub"]


def _texts(value: object) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset(value.split())
    if isinstance(value, (list, tuple)):
        return frozenset(str(item) for item in value)
    return frozenset()


def caller_of(claims: Mapping[str, Any]) -> Caller:
    """The caller that the verified claims describe."""
    return Caller(
        subject=str(claims["sub"]),
        name=str(claims.get("name", "")),
        roles=_texts(claims.get("roles")),
        scopes=_texts(claims.get("scope")),
        organisation=str(claims.get("organisation", "")),
        department=str(claims.get("department", "")),
    )


class TokenVerifier:
    """Turns a bearer token into a ``Caller``; a verified token is remembered until it expires."""

    def __init__(
        self, settings: SharedSettings, keys: KeySet | None, development: DevelopmentKey | None
    ) -> None:
        self._issuer = settings.auth_issuer
        self._audience = settings.auth_audience
        self._algorithms: list[str] = list(settings.auth_algorithms)
        self._leeway = settings.auth_leeway_seconds
        self._keys = keys
        self._development = development
        self._cache: dict[bytes, tuple[float, Caller]] = {}

    def known(self, token: bytes) -> Caller | None:
        """The caller of a token that was verified before and has not expired."""
        found = self._cache.get(token)
        if found is None:
            return None
        if found[0] <= time.time():
            self._cache.pop(token, None)
            return None
        return found[1]

    async def verify(self, token: bytes) -> Caller:
        """The caller; ``Unauthenticated`` (401) says what is wrong with the token."""
        try:
            claims = await self._claims(token)
        except jwt.ExpiredSignatureError:
            raise Unauthenticated("The token has expired; get a new one.") from None
        except jwt.PyJWTError as error:
            raise Unauthenticated(f"The token is not valid: {error}.") from None
        caller = caller_of(claims)
        if len(self._cache) >= LARGEST_CACHE:
            self._cache.clear()
        self._cache[token] = (float(claims["exp"]) + self._leeway, caller)
        return caller

    async def _claims(self, token: bytes) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in self._algorithms:
            raise jwt.InvalidAlgorithmError(f"algorithm {header.get('alg')} is not allowed")
        key_id = header.get("kid")
        if self._development is not None and key_id == self._development.key_id:
            key, allowed = self._development.public_key, [self._development.algorithm]
        elif self._keys is not None:
            found = await self._keys.key(key_id)
            if found is None:
                raise jwt.InvalidKeyError("no key of the identity provider has its kid")
            key, allowed = found.key, found.usable(self._algorithms)
        else:
            raise jwt.InvalidKeyError("its kid is not that of the development key")
        claims: dict[str, Any] = jwt.decode(
            token,
            key,
            algorithms=allowed,
            issuer=self._issuer,
            audience=self._audience,
            leeway=self._leeway,
            options={"require": REQUIRED_CLAIMS},
        )
        return claims
