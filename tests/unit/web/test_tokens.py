"""Bearer tokens: which are trusted, which are not, and how keys are fetched."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from opentas_shared.domain.time import utc_now
from opentas_shared.runtime.settings import SharedSettings
from opentas_shared.web import jwks
from opentas_shared.web.jwks import KeySet
from opentas_shared.web.keys import development_key, sign_development_token
from opentas_shared.web.refusals import Unauthenticated
from opentas_shared.web.tokens import TokenVerifier

if TYPE_CHECKING:
    from pathlib import Path

PRIVATE = ec.generate_private_key(ec.SECP256R1())
OTHER = ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def settings(tmp_path: Path) -> SharedSettings:
    """Settings with a data folder of their own."""
    return SharedSettings(data_dir=tmp_path, auth_leeway_seconds=0)


def provider(*published: tuple[str, ec.EllipticCurvePrivateKey]) -> dict[str, Any]:
    """The JWKS document of an identity provider."""
    return {
        "keys": [
            jwt.algorithms.ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
            | {"kid": kid, "alg": "ES256", "use": "sig"}
            for kid, key in published
        ]
    }


def signed(
    settings: SharedSettings,
    key: Any = PRIVATE,
    kid: str = "k1",
    algorithm: str = "ES256",
    **changed: Any,
) -> bytes:
    """A token; ``changed`` claims with value None are left out."""
    claims = {
        "iss": settings.auth_issuer,
        "aud": settings.auth_audience,
        "sub": "anna",
        "exp": utc_now() + timedelta(minutes=5),
        "scope": "leads:read leads:write",
        "roles": ["admin"],
        **changed,
    }
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode(claims, key, algorithm, headers={"kid": kid}).encode()


@pytest.fixture
def fetches(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Documents that the provider gives, the last one again and again; [0] is a counter."""
    documents: list[dict[str, Any]] = [{"count": 0}, provider(("k1", PRIVATE))]

    def fetch(url: str) -> dict[str, Any]:
        documents[0]["count"] += 1
        document = documents[1]
        if "error" in document:
            raise OSError("away")
        return document

    monkeypatch.setattr(jwks, "_fetch", fetch)
    return documents


def verifier(settings: SharedSettings) -> TokenVerifier:
    """A verifier as in production: it trusts the provider alone."""
    return TokenVerifier(settings, KeySet("https://id.example/keys", 300), None)


@pytest.mark.usefixtures("fetches")
async def test_token_of_the_provider(settings: SharedSettings) -> None:
    checked = verifier(settings)
    token = signed(settings)
    assert checked.known(token) is None
    caller = await checked.verify(token)
    assert caller.subject == "anna"
    assert caller.scopes == {"leads:read", "leads:write"}
    assert checked.known(token) is caller


@pytest.mark.usefixtures("fetches")
@pytest.mark.parametrize(
    "changed",
    [
        {"iss": "https://evil.example"},
        {"aud": "other"},
        {"exp": None},
        {"sub": None},
        {"exp": utc_now() - timedelta(seconds=5)},
        {"nbf": utc_now() + timedelta(days=1)},
        {"key": OTHER},
        {"kid": "k2"},
    ],
    ids=lambda changed: next(iter(changed)),
)
async def test_wrong_tokens(settings: SharedSettings, changed: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        await verifier(settings).verify(signed(settings, **changed))


@pytest.mark.usefixtures("fetches")
async def test_only_allowed_algorithms(settings: SharedSettings) -> None:
    secret = "x" * 40
    for token in (
        jwt.encode({"sub": "anna"}, secret, "HS256", headers={"kid": "k1"}).encode(),
        jwt.encode({"sub": "anna"}, None, "none", headers={"kid": "k1"}).encode(),
        signed(
            settings,
            rsa.generate_private_key(65537, 2048),
            algorithm="RS256",
        ),
    ):
        with pytest.raises(Unauthenticated):
            await verifier(settings).verify(token)


async def test_unknown_key_fetches_again_but_not_always(
    settings: SharedSettings, fetches: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = verifier(settings)
    await checked.verify(signed(settings))
    assert fetches[0]["count"] == 1
    fetches[1] = provider(("k1", PRIVATE), ("k2", OTHER))
    with pytest.raises(Unauthenticated):
        await checked.verify(signed(settings, OTHER, "k2"))
    assert fetches[0]["count"] == 1
    monkeypatch.setattr(jwks, "UNKNOWN_KEY_PAUSE_SECONDS", 0.0)
    assert (await checked.verify(signed(settings, OTHER, "k2"))).subject == "anna"
    assert fetches[0]["count"] == 2


async def test_old_keys_last_while_the_provider_is_away(
    settings: SharedSettings, fetches: list[dict[str, Any]]
) -> None:
    checked = TokenVerifier(settings, KeySet("https://id.example/keys", 0), None)
    await checked.verify(signed(settings))
    fetches[1] = {"error": True}
    assert (await checked.verify(signed(settings, sub="boris"))).subject == "boris"
    assert fetches[0]["count"] >= 2


async def test_expired_tokens_are_forgotten(
    settings: SharedSettings, fetches: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = verifier(settings)
    token = signed(settings)
    await checked.verify(token)
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 301)
    assert checked.known(token) is None


async def test_development_key_counts_in_development_only(settings: SharedSettings) -> None:
    token = sign_development_token(settings, "anna", roles=["importer"]).encode()
    key = development_key(settings.data_dir)
    caller = await TokenVerifier(settings, None, key).verify(token)
    assert caller.imports
    with pytest.raises(Unauthenticated):
        await TokenVerifier(settings, None, None).verify(token)


async def test_keys_of_two_folders_do_not_trust_each_other(
    settings: SharedSettings, tmp_path: Path
) -> None:
    other = settings.model_copy(update={"data_dir": tmp_path / "other"})
    token = sign_development_token(other, "anna").encode()
    with pytest.raises(Unauthenticated):
        await TokenVerifier(settings, None, development_key(settings.data_dir)).verify(token)


def test_development_key_is_kept_and_private(settings: SharedSettings) -> None:
    first = development_key(settings.data_dir)
    assert development_key(settings.data_dir).key_id == first.key_id
    files = list(settings.data_dir.iterdir())
    assert [file.name for file in files] == ["development-key.pem"]
    assert files[0].stat().st_mode & 0o077 == 0
