"""Spans of requests and their stages for OpenTelemetry, where the extra `otel` is installed.

FastAPI makes the span of a request and the exporter that the standard OTEL_… variables ask for; the
stages are added here, under the names of service.stages.
"""

from __future__ import annotations

import time
from importlib.util import find_spec

from fastapi.telemetry import TelemetryConfig
from opentelemetry import trace
from opentelemetry.trace import Tracer, TracerProvider

from service.stages import Stages

# Kept out of spans as it is kept out of logs: a search quotes what it looks for.
QUERY = "url.query"


def telemetry(provider: TracerProvider | None = None) -> TelemetryConfig:
    """Return what FastAPI is to tell: spans only, since GET /metrics tells the rest.

    `provider`: the global one, with the exporter of the environment, by default.
    """
    return {
        "tracer_provider": provider,
        "auto_configure": provider is None and find_spec("opentelemetry.sdk") is not None,
        "metrics": False,
        # They would quote posts.
        "logs": False,
        "operation_spans": False,
    }


def tracer_of(provider: TracerProvider | None = None) -> Tracer:
    """Return what makes the spans of stages."""
    return trace.get_tracer(__name__, tracer_provider=provider)


def trace_stages(tracer: Tracer, stages: Stages, request_id: str) -> None:
    """Put the stages of a request under its span; costs nothing where nobody listens."""
    request = trace.get_current_span()
    if not request.is_recording():
        return
    request.set_attribute("mingjian.request_id", request_id)
    request.set_attribute(QUERY, "")
    offset = time.time_ns() - time.perf_counter_ns()
    for stage, (begin, end) in stages.spans.items():
        span = tracer.start_span(stage, start_time=offset + round(begin * 1e9))
        span.set_attribute("mingjian.seconds", stages.seconds[stage])
        span.end(end_time=offset + round(end * 1e9))
