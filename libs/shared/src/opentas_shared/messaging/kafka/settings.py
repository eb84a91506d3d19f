"""Where the Kafka cluster is and how to talk to it: ``OPENTAS_KAFKA_...``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Protocol = Literal["PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL"]
Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


class KafkaSettings(BaseSettings):
    """Settings of the Kafka transport; without ``bootstrap_servers`` there is none."""

    model_config = SettingsConfigDict(env_prefix="OPENTAS_KAFKA_", extra="ignore", frozen=True)

    bootstrap_servers: Annotated[tuple[str, ...], NoDecode] = ()
    """Brokers as ``host:port``, separated by commas."""
    namespace: str = Field("", pattern=r"^[A-Za-z0-9_-]*$")
    """Set apart several installations on one cluster: it stands before the names of topics,
    consumer groups and transactional ids."""
    security_protocol: Protocol = "PLAINTEXT"
    ssl_cafile: Path | None = None
    ssl_certfile: Path | None = None
    ssl_keyfile: Path | None = None
    sasl_mechanism: Mechanism | None = None
    sasl_username: str | None = None
    sasl_password: SecretStr | None = None
    replication_factor: int = Field(-1, ge=-1)
    """Copies of each topic; -1 leaves it to the cluster."""
    session_timeout_ms: int = Field(6_000, ge=1_000)
    """After so long without a sign of life a consumer's partitions go to another one."""
    request_timeout_ms: int = Field(5_000, ge=1_000)
    delivery_timeout_ms: int = Field(10_000, ge=2_000)
    """How long a batch may take before the relay gives it up and starts again."""
    max_record_bytes: int = Field(1_048_576, ge=1_024)
    """Records above this are not even offered to the cluster."""

    @field_validator("bootstrap_servers", mode="before")
    @classmethod
    def _comma_separated(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @model_validator(mode="after")
    def _patient_enough(self) -> Self:
        if self.delivery_timeout_ms <= self.request_timeout_ms:
            raise ValueError(
                "OPENTAS_KAFKA_DELIVERY_TIMEOUT_MS must be more than "
                "OPENTAS_KAFKA_REQUEST_TIMEOUT_MS: a batch takes at least one request"
            )
        return self

    def named(self, name: str) -> str:
        """A topic, group or transactional id as it is called on the cluster."""
        return f"{self.namespace}.{name}" if self.namespace else name

    def own_name(self, name: str) -> str:
        """The inverse of ``named``."""
        return name.removeprefix(f"{self.namespace}.") if self.namespace else name
