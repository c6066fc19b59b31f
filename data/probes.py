"""Test material of our own: identity words for neutral sentences, and posts that debunk."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, field_validator

from data.readers import read_examples
from data.schema import Example

FOLDER = Path(__file__).parent / "evaluation"
SLOT = "{}"


class IdentityWords(BaseModel):
    """Sentences with a slot for a person, words for anybody, and words for whom, by group."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sentences: list[str]
    neutral: list[str]
    groups: dict[str, list[str]]

    @field_validator("sentences")
    @classmethod
    def _one_slot(cls, value: list[str]) -> list[str]:
        for sentence in value:
            if sentence.count(SLOT) != 1:
                raise ValueError(f"needs one {SLOT}: {sentence}")
        return value


def identity_words() -> IdentityWords:
    """Return the shipped identity words and their sentences."""
    content = yaml.safe_load((FOLDER / "identity.yaml").read_text("utf-8"))
    return IdentityWords.model_validate(content)


def filled(sentence: str, word: str) -> str:
    """Return a sentence with a word in its slot."""
    return sentence.replace(SLOT, word)


def debunking_posts() -> Iterator[Example]:
    """Yield short posts that quote a rumour and say that it is none."""
    return read_examples([FOLDER / "debunking.jsonl"])
