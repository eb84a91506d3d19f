"""Settings: a wrong one stops the start with a sentence that says which and why."""

from __future__ import annotations

import pytest

from opentas_shared.runtime.settings import SharedSettings, WrongSetting, load_settings


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("OPENTAS_") and not name.startswith("OPENTAS_TEST"):
            monkeypatch.delenv(name)


def test_defaults() -> None:
    settings = load_settings(SharedSettings)
    assert settings.mode == "development"
    assert settings.base_currency == "CNY"
    assert settings.zone.key == "Asia/Shanghai"
    assert settings.database_url_of("lead-service").endswith("/opentas_lead")


def test_database_per_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(
        "OPENTAS_DATABASE_URL", "postgresql://u:p%40ss@db:5433/postgres?sslmode=require"
    )
    monkeypatch.setenv("OPENTAS_METRICS_DATABASE", "figures")
    settings = load_settings(SharedSettings)
    assert (
        settings.database_url_of("metrics-service")
        == "postgresql+psycopg://u:p%40ss@db:5433/figures?sslmode=require"
    )
    assert settings.database_url_of("other-service").split("?")[0].endswith("/opentas_other")


def test_lists_are_separated_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENTAS_KAFKA_BOOTSTRAP_SERVERS", "a:9092, b:9092")
    monkeypatch.setenv("OPENTAS_AUTH_ALGORITHMS", "RS256")
    settings = load_settings(SharedSettings)
    assert settings.kafka_bootstrap_servers == ("a:9092", "b:9092")
    assert settings.auth_algorithms == ("RS256",)


@pytest.mark.parametrize(
    ("name", "value", "why"),
    [
        ("DATABASE_URL", "mysql://db", "PostgreSQL only"),
        ("DATABASE_URL", "db:5432", "not a URL|PostgreSQL only"),
        ("TIME_ZONE", "Peking", "no IANA time zone"),
        ("TIME_ZONE", "../etc/passwd", "no IANA time zone"),
        ("MODE", "test", "development"),
        ("DATABASE_POOL_SIZE", "many", "integer"),
        ("AUTH_ALGORITHMS", "none", "RS256"),
        ("BASE_CURRENCY", "yuan", "pattern"),
        ("CURSOR_SECRET", "short", "16"),
        ("DATA_SCOPES", "admin=all", "no JSON"),
        ("DATA_SCOPES", '{"admin": "everything"}', "own"),
    ],
)
def test_wrong_setting_names_itself(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, why: str
) -> None:
    monkeypatch.setenv(f"OPENTAS_{name}", value)
    with pytest.raises(WrongSetting, match=f"^OPENTAS_{name} is wrong: .*({why})") as stopped:
        load_settings(SharedSettings)
    assert "\n" not in str(stopped.value)
    if name == "CURSOR_SECRET":
        assert value not in str(stopped.value)


def test_production_needs_an_identity_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENTAS_MODE", "production")
    with pytest.raises(WrongSetting, match=r"^OPENTAS_AUTH_JWKS_URL is missing: "):
        load_settings(SharedSettings)
    monkeypatch.setenv("OPENTAS_AUTH_JWKS_URL", "https://id.example/keys")
    with pytest.raises(WrongSetting, match=r"^OPENTAS_CURSOR_SECRET is missing: "):
        load_settings(SharedSettings)
    monkeypatch.setenv("OPENTAS_CURSOR_SECRET", "0123456789abcdef")
    assert load_settings(SharedSettings).mode == "production"
