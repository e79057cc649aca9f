"""Spans around the stages of a request, and nothing at all where nobody asks for them."""

from __future__ import annotations

import sys

import pytest
import structlog

from mailbot.domain.work import Job
from mailbot.tracing import Tracing, tracing

JOB = Job(kind="request", id="abc", queue="gen:ollama", starts=2)


async def seen(spans, error=None):
    """What is bound while a job is done."""
    found = {}

    async def perform(job):
        found.update(structlog.contextvars.get_contextvars())
        if error:
            raise error

    await spans.around(perform)(JOB)
    return found


async def test_every_line_of_a_job_has_its_request():
    """Also without OpenTelemetry; afterwards nothing is left."""
    assert await seen(tracing({})) == {"request_id": "abc", "stage": "generate"}
    assert structlog.contextvars.get_contextvars() == {}


async def test_a_span_for_each_stage():
    """By its name, with the request, and without the words of an error."""
    export = pytest.importorskip("opentelemetry.sdk.trace.export.in_memory_span_exporter")
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415  (an extra)
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor  # noqa: PLC0415  (the same)

    provider, kept = TracerProvider(), export.InMemorySpanExporter()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    spans = Tracing(provider.get_tracer("test"))
    await seen(spans)
    with pytest.raises(ValueError, match="ola"):
        await seen(spans, ValueError("ola@acme.example"))
    first, second = kept.get_finished_spans()
    assert first.name == "mailbot.generate"
    assert dict(first.attributes) == {
        "mailbot.stage": "generate", "mailbot.request_id": "abc", "mailbot.starts": 2, "gen_ai.operation.name": "chat",
    }  # fmt: skip
    assert "ola" not in second.to_json()
    assert second.attributes["error.type"] == "ValueError"
    provider.shutdown()


def test_without_the_library_one_line_says_so(monkeypatch):
    """And the house opens all the same."""
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with structlog.testing.capture_logs() as lines:
        spans = tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"})
    assert [line["event"] for line in lines] == ["tracing.missing"]
    assert spans._tracer is None
    assert tracing({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x", "OTEL_SDK_DISABLED": "true"})._tracer is None
