"""The compiled tables the normaliser reads by; `builder/` makes them from `tables/`."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

COMPILED = Path(__file__).with_name("compiled.json")


@dataclass(frozen=True)
class Tables:
    """What `compiled.json` holds; the forms are described in docs/normaliser.md."""

    characters: Mapping[str, tuple[str, str]]  # character -> (reads, transform)
    confusables: Mapping[str, str]  # letter -> the ASCII letter or digit it is taken for
    radicals: str  # halves that hardly stand alone
    splits: Mapping[str, str]  # pieces that never stand alone -> character
    components: Mapping[str, str]  # rare character -> the part it is read by, in dense texts
    digits: Mapping[str, str]  # character -> digit, in numbers to call or add
    words: tuple[tuple[str, str, str, str], ...]  # (written, reads, transform, context)
    friends: tuple[str, ...]  # ordinary words that are left alone
    contexts: Mapping[str, Mapping[str, Any]]
    fingerprint: str

    @classmethod
    def load(cls, path: Path = COMPILED) -> Tables:
        """Read the compiled tables; OSError or ValueError where they are missing or broken."""
        raw = path.read_bytes()
        stored = json.loads(raw)
        return cls(
            characters={key: (reads, name) for key, (reads, name) in stored["characters"].items()},
            confusables=stored["confusables"],
            radicals=stored["radicals"],
            splits=stored["splits"],
            components=stored["components"],
            digits=stored["digits"],
            words=tuple((a, b, c, d) for a, b, c, d in stored["words"]),
            friends=tuple(stored["friends"]),
            contexts=stored["contexts"],
            fingerprint=hashlib.sha256(raw).hexdigest()[:16],
        )


@cache
def tables() -> Tables:
    """Return the shared tables, read on first use."""
    return Tables.load()
