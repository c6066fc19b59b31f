"""The metrics of one application; stage names are those of service.stages."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from service.stages import Stages

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
# Start times of every series would double what is scraped.
disable_created_metrics()  # type: ignore[no-untyped-call]
BATCH_ROWS = (1, 2, 4, 8, 16, 32, 64, 128)


class Metrics:
    """Counters and histograms in a registry of their own, so that applications do not mix."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "mingjian_requests",
            "Answered requests.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "mingjian_request_seconds",
            "Time from the first byte of a request to its answer.",
            ("route",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.stage_seconds = Histogram(
            "mingjian_stage_seconds",
            "Time a request spent in a stage.",
            ("stage",),
            buckets=SECONDS,
            registry=self.registry,
        )
        self.items = Counter(
            "mingjian_items",
            "Posts by what came out: pass, review or the code of a refusal.",
            ("outcome",),
            registry=self.registry,
        )
        self.flags = Counter(
            "mingjian_flags", "Flagged posts by label.", ("label",), registry=self.registry
        )
        self.batch_rows = Histogram(
            "mingjian_batch_rows",
            "Windows the model read in one batch.",
            buckets=BATCH_ROWS,
            registry=self.registry,
        )
        self.release = Gauge(
            "mingjian_release",
            "1 for the release that is served.",
            ("name", "fingerprint"),
            registry=self.registry,
        )

    def watch_queue(self, tokens: Callable[[], float]) -> None:
        """Report the padded tokens that wait for the model, as `tokens()` tells them."""
        gauge = Gauge(
            "mingjian_queue_tokens",
            "Padded tokens that wait for the model.",
            registry=self.registry,
        )
        gauge.set_function(tokens)

    def answered(
        self, method: str, route: str, status: int, seconds: float, stages: Stages
    ) -> None:
        """Count one answered request and the time of its stages."""
        self.requests.labels(method, route, str(status)).inc()
        self.request_seconds.labels(route).observe(seconds)
        for stage, spent in stages.seconds.items():
            self.stage_seconds.labels(stage).observe(spent)

    def exposition(self) -> bytes:
        """Return the metrics in the text format of Prometheus."""
        return generate_latest(self.registry)
