"""What is known of a source: its licence and whether it holds ordinary posts."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter

REGISTRY = Path(__file__).with_name("sources.yaml")


class Source(BaseModel):
    """`commercial` is None where nobody has said; `ordinary` sources hold everyday posts.

    Posts of a `synthetic` source were made by a program; no release is tested on them.

    `mind` says what a reader of figures should know of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    licence: str = "not stated (the user's own data)"
    commercial: bool | None = None
    ordinary: bool = False
    synthetic: bool = False
    mind: str = ""


@cache
def known_sources() -> dict[str, Source]:
    """Return the registered sources by name."""
    content = yaml.safe_load(REGISTRY.read_text("utf-8"))
    return TypeAdapter(dict[str, Source]).validate_python(content)


def source_of(name: str) -> Source:
    """Return what is known of a source; an unregistered one is the user's own."""
    return known_sources().get(name, Source())
