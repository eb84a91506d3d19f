"""Settings from the environment (``OPENTAS_...``): one shared class, one subclass per service."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from opentas_shared.runtime.loading import WrongSetting, load_settings

__all__ = ["DEFAULT_DATA_SCOPES", "SharedSettings", "WrongSetting", "load_settings"]

Algorithm = Literal["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "PS256", "EdDSA"]
PREFIX = "OPENTAS_"


class SharedSettings(BaseSettings):
    """What every service reads: ``OPENTAS_`` and the name of the field in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    mode: Literal["development", "production"] = "development"
    database_url: str = "postgresql://opentas@127.0.0.1:5432"
    """A PostgreSQL server; each service has its own database on it."""
    lead_database: str = "opentas_lead"
    opportunity_database: str = "opentas_opportunity"
    approval_database: str = "opentas_approval"
    metrics_database: str = "opentas_metrics"
    database_pool_size: int = Field(5, ge=1, le=200)
    kafka_bootstrap_servers: Annotated[tuple[str, ...], NoDecode] = ()
    """Empty: the direct transport of ``opentas up``."""
    data_dir: Path = Path(".data")
    """Folder of the development key and of the embedded database."""

    auth_issuer: str = "https://opentas.local"
    auth_audience: str = "opentas"
    auth_algorithms: Annotated[tuple[Algorithm, ...], NoDecode] = ("RS256", "ES256", "EdDSA")
    auth_jwks_url: str | None = None
    auth_leeway_seconds: int = Field(30, ge=0, le=300)
    auth_jwks_ttl_seconds: int = Field(300, ge=10)
    data_scopes: dict[str, Literal["own", "team", "department", "all"]] = Field(
        default_factory=lambda: dict(DEFAULT_DATA_SCOPES)
    )
    """The data scope by role, the widest of a caller's roles counts; no role: ``own``."""

    time_zone: str = "Asia/Shanghai"
    base_currency: str = Field("CNY", pattern=r"^[A-Z]{3}$")
    cursor_secret: str | None = Field(None, min_length=16)
    """Signs the cursors; all pods of a service share it. Required in production."""

    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    access_log: bool = True
    traces_endpoint: str | None = None
    """OTLP/HTTP address of a collector; none: trace ids are passed on, no spans are exported."""
    heartbeat_seconds: float = Field(30.0, gt=0)
    """A thread silent for longer than this makes ``/livez`` fail."""
    drain_seconds: float = Field(5.0, ge=0)
    """After SIGTERM ``/readyz`` is 503 for so long while requests are still answered."""
    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    """Where an ``api`` process listens."""
    worker_host: str = "127.0.0.1"
    worker_port: int = Field(8081, ge=0, le=65535)
    """Where a worker answers ``/livez``, ``/readyz`` and ``/metrics``."""
    max_event_bytes: int = Field(900_000, ge=1024)
    """A larger event is refused (413), because no broker would take it."""
    idempotency_hours: int = Field(24, ge=1)
    max_body_bytes: int = Field(10 * 1024 * 1024, ge=1024)

    @field_validator("kafka_bootstrap_servers", "auth_algorithms", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, value: str) -> str:
        try:
            url = make_url(value)
        except ArgumentError:
            raise ValueError("it is not a URL like postgresql://user@host:5432") from None
        if url.get_backend_name() != "postgresql":
            raise ValueError("OpenTAS runs on PostgreSQL only: it must start with postgresql://")
        return value

    @field_validator("time_zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError(f"{value!r} is no IANA time zone like Asia/Shanghai") from None
        return value

    @model_validator(mode="after")
    def _complete_in_production(self) -> Self:
        if self.mode == "production":
            if not self.auth_jwks_url:
                raise ValueError(
                    "OPENTAS_AUTH_JWKS_URL is missing: production trusts no development key, so "
                    "it must name the JWKS document of the identity provider"
                )
            if not self.cursor_secret:
                raise ValueError(
                    "OPENTAS_CURSOR_SECRET is missing: in production all pods must sign list "
                    "cursors with the same secret of at least 16 characters"
                )
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The organisation's time zone."""
        return ZoneInfo(self.time_zone)

    def database_name(self, service: str) -> str:
        """The name of the database of a service (``lead-service``)."""
        short = service.removesuffix("-service").replace("-", "_")
        return str(getattr(self, f"{short}_database", f"opentas_{short}"))

    def database_url_of(self, service: str) -> str:
        """The URL of the database of a service, for psycopg 3."""
        url: URL = make_url(self.database_url).set(
            drivername="postgresql+psycopg", database=self.database_name(service)
        )
        return url.render_as_string(hide_password=False)


DEFAULT_DATA_SCOPES: dict[str, Literal["own", "team", "department", "all"]] = {
    "admin": "all",
    "importer": "all",
    "executive": "all",
    "director": "all",
    "sales_director": "department",
    "customer_director": "department",
    "branch_general_manager": "department",
    "marketing": "all",
    "sales_supervisor": "team",
    "senior_sales_manager": "team",
    # They work for the opportunities of everybody (TAS 2-2, 2-5, 2-6, 3-1, 6-1, 7-1).
    "channel_manager": "all",
    "presales_manager": "all",
    "solution_manager": "all",
    "technical_lead": "all",
    "delivery_manager": "all",
}
