"""Spans: the request's, and that of a reaction in another service, in one trace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind

from opentas_shared.domain.time import utc_now
from opentas_shared.messaging.envelope import Envelope
from opentas_shared.runtime.resources import open_resources
from opentas_shared.runtime.tracing import traced
from opentas_shared.web.app import create_app
from opentas_shared.web.keys import sign_development_token
from tests.service.kit.sample import SERVICE, NoteWritten

if TYPE_CHECKING:
    from collections.abc import Callable

TRACE = "0af7651916cd43dd8448eb211c80319c"


async def test_a_trace_goes_through_request_event_and_reaction(
    settings_for: Callable[..., Any],
) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    resources = open_resources(SERVICE, settings_for(SERVICE))
    resources.tracer_provider = provider
    app = create_app(SERVICE, resources=resources)
    token = sign_development_token(resources.settings, "anna")
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app),
            base_url="http://test",
            headers={"authorization": f"Bearer {token}"},
        ) as client,
    ):
        await client.get("/livez")
        parent = f"00-{TRACE}-b7ad6b7169203331-01"
        await client.post("/v1/notes", json={"title": "x"}, headers={"traceparent": parent})
        _, recorded = resources.events.after(0, 1)[0]
        [served] = exporter.get_finished_spans()
        assert served.name == "POST /v1/notes"
        assert served.context is not None
        span_id = f"{served.context.span_id:016x}"
        assert recorded.traceparent == f"00-{TRACE}-{span_id}-01"

        envelope = Envelope(
            id=uuid4(),
            source=SERVICE.source,
            epoch=1,
            type=NoteWritten.TYPE,
            subject="1",
            topic=NoteWritten.TOPIC,
            partition=0,
            position=1,
            aggregate_version=1,
            time=utc_now(),
            recorded_time=utc_now(),
            correlation_id="c",
            causation_id=None,
            traceparent=recorded.traceparent,
            actor="anna",
        )
        calls: list[Any] = []
        reactions = traced({NoteWritten: lambda *given: calls.append(given)}, provider)
        reactions[NoteWritten](NoteWritten(note_id=uuid4(), title="x"), envelope, None)  # type: ignore[arg-type]
        reacted = exporter.get_finished_spans()[-1]
    assert len(calls) == 1
    assert reacted.name == "process org.opentas.note.written.v1"
    assert reacted.kind is SpanKind.CONSUMER
    assert reacted.parent is not None
    assert reacted.parent.span_id == served.context.span_id
