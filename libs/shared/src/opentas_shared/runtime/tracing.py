"""OpenTelemetry traces: FastAPI's own spans, exported when a collector is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

if TYPE_CHECKING:
    from collections.abc import MutableMapping
    from typing import Any

    from fastapi.telemetry import TelemetryConfig

    from opentas_shared.runtime.settings import SharedSettings

UNTRACED = frozenset({"/livez", "/readyz", "/metrics"})


def tracer_provider(service: str, settings: SharedSettings) -> TracerProvider | None:
    """A provider that sends spans to the collector of the settings; None without a collector."""
    if settings.traces_endpoint is None:
        return None
    provider = TracerProvider(resource=Resource.create({"service.name": service}))
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(endpoint=settings.traces_endpoint))
    )
    return provider


def telemetry(provider: TracerProvider | None) -> TelemetryConfig:
    """FastAPI's telemetry: spans of requests; metrics and logs are ours."""
    return {
        "tracer_provider": provider,
        "tracing": provider is not None,
        "metrics": False,
        "logs": False,
        "operation_spans": False,
        "exclude": _untraced,
    }


def _untraced(scope: MutableMapping[str, Any]) -> bool:
    return scope.get("path") in UNTRACED
