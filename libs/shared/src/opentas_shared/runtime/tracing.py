"""OpenTelemetry traces: FastAPI's own spans, exported when a collector is named."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeAlias

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace import SpanKind
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

    from fastapi.telemetry import TelemetryConfig
    from opentelemetry.trace import Tracer

    from opentas_shared.contracts.contract import Contract
    from opentas_shared.messaging.envelope import Envelope
    from opentas_shared.persistence.unit_of_work import UnitOfWork
    from opentas_shared.runtime.settings import SharedSettings

Reaction: TypeAlias = Callable[[Any, "Envelope", "UnitOfWork"], None]
W3C = TraceContextTextMapPropagator()
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


def traced(
    reactions: Mapping[type[Contract], Reaction], provider: TracerProvider | None
) -> Mapping[type[Contract], Reaction]:
    """The same reactions, each in a span that continues the trace of the command behind it."""
    if provider is None:
        return reactions
    tracer = provider.get_tracer("opentas")
    return {contract: _in_span(tracer, reaction) for contract, reaction in reactions.items()}


def _in_span(tracer: Tracer, reaction: Reaction) -> Reaction:
    @wraps(reaction)
    def react(contract: Contract, envelope: Envelope, work: UnitOfWork) -> None:
        parent = W3C.extract({"traceparent": envelope.traceparent or ""})
        attributes = {
            "messaging.operation.type": "process",
            "messaging.destination.name": envelope.topic,
            "messaging.message.id": str(envelope.id),
        }
        name = f"process {envelope.type}"
        with tracer.start_as_current_span(name, parent, SpanKind.CONSUMER, attributes):
            reaction(contract, envelope, work)

    return react
