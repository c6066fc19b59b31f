"""The metrics of one application; stage names are those of service.stages."""

from __future__ import annotations

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

from service.stages import STAGES, Stages

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
# Start times of every series would double what is scraped.
disable_created_metrics()  # type: ignore[no-untyped-call]
BATCH_ROWS = (1, 2, 4, 8, 16, 32, 64, 128)
BATCH_TOKENS = (16, 32, 64, 128, 256, 512, 1024, 2048, 4096)
# Why a request was not answered though nothing was wrong with it, by the code of its refusal.
REJECTIONS = {
    "overloaded": "overloaded",
    "deadline_exceeded": "deadline",
    "client_gone": "client_gone",
    "over_quota": "quota",
}


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
        self._stages = {stage: self.stage_seconds.labels(stage) for stage in STAGES}
        self.items = Counter(
            "mingjian_items",
            "Posts by what came out: pass, review or the code of a refusal.",
            ("outcome",),
            registry=self.registry,
        )
        self.flags = Counter(
            "mingjian_flags", "Flagged posts by label.", ("label",), registry=self.registry
        )
        self.rejected = Counter(
            "mingjian_rejected",
            "Requests that were not answered for want of time, room or a listener.",
            ("reason",),
            registry=self.registry,
        )
        for reason in REJECTIONS.values():
            self.rejected.labels(reason)
        self.release = Gauge(
            "mingjian_release",
            "1 for the release that is served.",
            ("name", "fingerprint", "precision"),
            registry=self.registry,
        )
        self._add_engine()
        self._add_cache()

    def _add_engine(self) -> None:
        self.queue_tokens = Gauge(
            "mingjian_queue_tokens",
            "Padded tokens that wait for the model.",
            registry=self.registry,
        )
        self.queue_rows = Gauge(
            "mingjian_queue_rows", "Windows that wait for the model.", registry=self.registry
        )
        self.tokens_per_second = Gauge(
            "mingjian_tokens_per_second",
            "Padded tokens a second that requests got through the service lately.",
            registry=self.registry,
        )
        self.batch_rows = Histogram(
            "mingjian_batch_rows",
            "Windows the model read in one batch.",
            buckets=BATCH_ROWS,
            registry=self.registry,
        )
        self.batch_tokens = Histogram(
            "mingjian_batch_tokens",
            "Padded tokens the model read in one batch.",
            buckets=BATCH_TOKENS,
            registry=self.registry,
        )
        self.tokens = Counter(
            "mingjian_tokens",
            "Tokens the model read, by kind: of posts, or padding.",
            ("kind",),
            registry=self.registry,
        )
        self.deduplicated = Counter(
            "mingjian_deduplicated_rows",
            "Windows that were on their way already and were not read again.",
            registry=self.registry,
        )

    def _add_cache(self) -> None:
        self.cache = Counter(
            "mingjian_cache_rows",
            "Windows looked for in the cache of scores, by result: hit or miss.",
            ("result",),
            registry=self.registry,
        )
        self.cache_bytes = Gauge(
            "mingjian_cache_bytes", "Bytes the cache of scores holds.", registry=self.registry
        )

    def serving(self, name: str, fingerprint: str, precision: str) -> None:
        """Tell which release is served from now on."""
        self.release.clear()
        self.release.labels(name, fingerprint, precision).set(1)

    def looked_up(self, hits: int, misses: int) -> None:
        """Count windows that the cache was asked for."""
        self.cache.labels("hit").inc(hits)
        self.cache.labels("miss").inc(misses)

    def read(self, rows: int, length: int, tokens: int) -> None:
        """Count a batch of rows padded to `length` tokens, which hold `tokens` without padding."""
        padded = rows * length
        self.batch_rows.observe(rows)
        self.batch_tokens.observe(padded)
        self.tokens.labels("post").inc(tokens)
        self.tokens.labels("padding").inc(padded - tokens)

    def answered(
        self,
        method: str,
        route: str,
        status: int,
        seconds: float,
        stages: Stages,
        code: str | None = None,
    ) -> None:
        """Count one answered request, refused with `code` or not, and the time of its stages."""
        self.requests.labels(method, route, str(status)).inc()
        self.request_seconds.labels(route).observe(seconds)
        for stage, spent in stages.seconds.items():
            self._stages[stage].observe(spent)
        if code in REJECTIONS:
            self.rejected.labels(REJECTIONS[code]).inc()

    def exposition(self) -> bytes:
        """Return the metrics in the text format of Prometheus."""
        return generate_latest(self.registry)
