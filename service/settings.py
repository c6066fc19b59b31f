"""Settings of the service: `MINGJIAN_…` environment variables, documented in docs/settings.md."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from models.errors import InvalidInput

if TYPE_CHECKING:
    from models.runtime.opening import RuntimeOptions

PREFIX = "MINGJIAN_"


class Settings(BaseSettings):
    """What can be set, with its default and the range it may take."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, frozen=True)

    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on.")
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    release: str | None = Field(
        None,
        description="Release to serve: a name under `models/releases/` or a folder. "
        "Empty: the one that `models/releases/default` names.",
    )
    database_url: str = Field(
        "sqlite+aiosqlite:///var/mingjian.db",
        min_length=1,
        description="Where decisions, policies, words and debunks are kept: "
        "`sqlite+aiosqlite:///PATH` or `postgresql+asyncpg://USER:PASSWORD@HOST/NAME`.",
    )
    require_keys: bool = Field(
        False,
        description="Demand an API key of callers on this machine too; set it behind a proxy. "
        "Beyond loopback keys are always demanded.",
    )
    allowed_hosts: str | None = Field(
        None,
        description="Names, separated by commas, by which callers without a key may call the "
        "service, besides `localhost` and loopback addresses.",
    )
    idempotency_hours: int = Field(
        24,
        ge=1,
        le=168,
        description="How long the answer to an `Idempotency-Key` is kept, in hours.",
    )
    retention_days: int = Field(
        0,
        ge=0,
        le=36500,
        description="Days after which a decision and its text are removed; 0 keeps them for ever.",
    )
    fingerprint_key: str | None = Field(
        None,
        min_length=16,
        description="Secret of the fingerprints that stand for texts which are not kept, at least "
        "16 characters. Empty: one is made beside the database file.",
    )
    policies: str | None = Field(
        None,
        min_length=1,
        description="Folder of policies of your own, one YAML file each; read again when they "
        "change.",
    )
    webhook_urls: str | None = Field(
        None,
        description="Addresses that events are posted to (docs/debunks.md), separated by commas.",
    )
    webhook_secret: str | None = Field(
        None,
        min_length=16,
        description="Secret that events are signed with, at least 16 characters; needed where "
        "`MINGJIAN_WEBHOOK_URLS` is set.",
    )
    webhook_allow_private: bool = Field(
        False,
        description="Post events to loopback, private and link-local addresses too.",
    )
    deadline_s: float = Field(
        60.0,
        gt=0,
        le=3600,
        description="Longest a request may take, in seconds; then it gets 503. "
        "What could not be answered in time is refused at once with 429.",
    )
    shutdown_s: int = Field(
        30,
        ge=0,
        le=3600,
        description="How long a stopping service goes on answering what it has accepted, "
        "in seconds.",
    )
    queue_tokens: int = Field(
        400_000,
        ge=512,
        description="Padded tokens that may wait for the model; more are refused with 429. "
        "A request that finds the queue empty is always taken.",
    )
    batch_tokens: int = Field(
        2048, ge=512, description="Padded tokens the model reads in one batch."
    )
    cache_bytes: int = Field(
        64 << 20,
        ge=0,
        le=1 << 40,
        description="Memory for scores of texts that were read lately, in bytes; 0 keeps none.",
    )
    deduplicate: bool = Field(
        True, description="Read a text once that is in several requests at the same time."
    )
    threads: int = Field(
        0,
        ge=0,
        le=1024,
        description="Processor threads the model uses; 0 leaves it to the runtime.",
    )
    backend: Literal["openvino", "torch"] = Field(
        "openvino",
        description="What runs the model: `openvino`, or `torch` for a GPU "
        "(needs the extra `torch`).",
    )
    precision: Literal["auto", "f32", "bf16", "int8"] = Field(
        "auto",
        description="Arithmetic of the model: `f32`, `bf16` or `int8`; `auto` takes what "
        "`mingjian tune` found, else what suits the processor.",
    )
    tuning: str = Field(
        "var/tuning.json",
        min_length=1,
        description="File that `mingjian tune` writes what it found to; read at the start where "
        "precision and threads are left open.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe log line that is written."
    )

    @property
    def runtime(self) -> RuntimeOptions:
        """How a release is run, for `Scorer.open`."""
        return {
            "precision": self.precision,
            "threads": self.threads or None,
            "backend": self.backend,
            "tuning": Path(self.tuning),
        }

    @field_validator("backend", "log_level", "precision", mode="before")
    @classmethod
    def _lower(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value


def load_settings() -> Settings:
    """Read the settings from the environment.

    Raises InvalidInput that names every variable with an unusable value and what it may be.
    """
    try:
        return Settings()
    except ValidationError as error:
        faults = "; ".join(
            f"{PREFIX}{str(fault['loc'][0]).upper()}={fault['input']!r}: {fault['msg']}"
            for fault in error.errors()
        )
        raise InvalidInput(f"{faults}. docs/settings.md lists every setting.") from None


def unknown_variables(environment: Mapping[str, str] = os.environ) -> list[str]:
    """Return the `MINGJIAN_…` variables that name no setting: most likely spelling mistakes."""
    known = {f"{PREFIX}{name}".upper() for name in Settings.model_fields}
    return sorted(
        name
        for name in environment
        if name.upper().startswith(PREFIX) and name.upper() not in known
    )
