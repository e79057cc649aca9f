"""Spans of OpenTelemetry, one for each stage of a request, where `mailbot[otel]` is installed and an exporter named.

Without OTEL_EXPORTER_OTLP_ENDPOINT, or without the library, nothing is done and nothing is imported. A span has the
stage, the id of the request and how it ended, and never an address or words of a mail.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Any, Final

import structlog

from mailbot.domain.work import Job

log = structlog.get_logger()

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
#: What a job of a queue is, as a stage in the life of a mail.
STAGES: Final = {"intake": "judge", "gen": "generate", "check": "check", "send": "deliver", "notify": "tell"}


class Tracing:
    """Makes spans, or does nothing."""

    def __init__(self, tracer: Any = None) -> None:  # noqa: ANN401  (of a library that may not be there)
        self._tracer = tracer

    @contextlib.contextmanager
    def stage(self, queue: str, kind: str, id: str, starts: int = 1) -> Iterator[None]:
        """A span around one job, and its name in every log line that is written meanwhile."""
        named = STAGES.get(queue.partition(":")[0], queue.partition(":")[0])
        with structlog.contextvars.bound_contextvars(**{f"{kind}_id": id, "stage": named}):
            if self._tracer is None:
                yield
                return
            about = {"mailbot.stage": named, f"mailbot.{kind}_id": id, "mailbot.starts": starts}
            if named == "generate":
                about["gen_ai.operation.name"] = "chat"
            # What an error says may name a person: the span has its kind only.
            quiet = {"record_exception": False, "set_status_on_exception": False}
            with self._tracer.start_as_current_span(f"mailbot.{named}", attributes=about, **quiet) as span:
                try:
                    yield
                except BaseException as error:
                    span.set_attribute("error.type", type(error).__name__)
                    raise

    def around(self, perform: Callable[[Job], Awaitable[None]]) -> Callable[[Job], Awaitable[None]]:
        """*perform*, with a span around each job."""

        async def performed(job: Job) -> None:
            with self.stage(job.queue, job.kind, job.id, job.starts):
                await perform(job)

        return performed


def tracing(environment: Mapping[str, str] = os.environ) -> Tracing:  # noqa: TID251  (the library has its names there)
    """As the environment says; where the library is missing, one line says which one."""
    if not any(environment.get(name) for name in ENDPOINTS) or environment.get("OTEL_SDK_DISABLED", "") == "true":
        return Tracing()
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415  (an extra)
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415  (the same)
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415  (the same)
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415  (the same)
    except ImportError:
        log.warning("tracing.missing", words="an exporter is named, but mailbot[otel] is not installed")
        return Tracing()
    provider = TracerProvider(resource=Resource.create({"service.name": "mailbot"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return Tracing(provider.get_tracer("mailbot"))
