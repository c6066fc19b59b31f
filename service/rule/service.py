"""All rules over one post."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from service.passage import Passage, passage, passage_as_sent
from service.rule.bait import find_bait
from service.rule.burst import Bursts
from service.rule.contact import Contact, find_contacts
from service.rule.gibberish import find_gibberish
from service.rule.repetition import find_repetition
from service.rule.tokens import tokens_of
from service.score.evidence import Fields, Hit
from service.score.finding import RuleSource
from service.word.entries import lowered

FLOOD = "flood"
BAIT = "engagement_bait"
# Rules are code: their version is a hash of the files they stand in.
FILES = ("bait", "burst", "contact", "gibberish", "phrases", "repetition", "tokens")


class RuleBook:
    """Finds flood, engagement bait and contacts; safe to use from several threads."""

    def __init__(self) -> None:
        self._bursts = Bursts()
        self.version = rules_version()

    def match(
        self, fields: Fields, author_id: str | None, now: datetime, post_id: str | None = None
    ) -> list[Hit]:
        """Return what the rules find in a post.

        A post of a named author is remembered for some minutes and may complete a burst; without
        an author the answer depends on the post alone. `post_id` is the caller's id of the post:
        one that is sent again counts once.
        """
        text = lowered(fields.normalised.text)
        if not text:
            return []
        hits = []
        note = self._flood(fields, text, author_id, now, post_id)
        if note is not None:
            hits.append(_hit("rule.flood", FLOOD, _all_of(fields), note))
        bait = find_bait(text)
        if bait is not None:
            place = passage(fields, bait.start, bait.end)
            hits.append(_hit("rule.engagement_bait", BAIT, place, bait.note))
        hits += [
            _hit("rule.contact", None, _place(fields, contact), contact.note)
            for contact in find_contacts(text, fields.normalised.original)
        ]
        return hits

    def forget(self, author_id: str) -> None:
        """Drop what is remembered of an author's posts."""
        self._bursts.forget(author_id)

    def _flood(
        self, fields: Fields, text: str, author_id: str | None, now: datetime, post_id: str | None
    ) -> str | None:
        burst = None
        if author_id is not None:
            burst = self._bursts.see(tokens_of(text), author_id, now, post_id)
        found = find_repetition(text, fields.normalised.original) or find_gibberish(text)
        if found is not None:
            return found.note
        return None if burst is None else burst.note


class RememberedBurst:
    """The rules over a post of the past that was, or was not, part of a burst when it was judged.

    `burst` is the note that was recorded of it. Nothing is remembered of the post.
    """

    def __init__(self, rules: RuleSource, burst: str | None) -> None:
        self._rules = rules
        self._burst = burst

    @property
    def version(self) -> str:
        """The version of the rules."""
        return self._rules.version

    def match(
        self, fields: Fields, author_id: str | None, now: datetime, post_id: str | None
    ) -> Sequence[Hit]:
        """Return what the rules find in the post alone, and the burst."""
        # Nobody's: the post would count as one more of its author.
        hits = self._rules.match(fields, None, now, post_id)
        if self._burst is None or any(hit.label == FLOOD for hit in hits):
            return hits
        return [_hit("rule.flood", FLOOD, _all_of(fields), self._burst), *hits]


def rules_version() -> str:
    """Return a short hash that changes with any rule."""
    folder = Path(__file__).parent
    content = b"".join((folder / f"{name}.py").read_bytes() for name in FILES)
    return hashlib.sha256(content).hexdigest()[:12]


def _all_of(fields: Fields) -> Passage:
    """Return the whole text, or the title where nothing of the text is left."""
    original = fields.normalised.original
    return passage_as_sent(fields, fields.text_start, len(original), fields.normalised.text)


def _place(fields: Fields, contact: Contact) -> Passage:
    if contact.as_sent:
        return passage_as_sent(fields, contact.start, contact.end, contact.value)
    return passage(fields, contact.start, contact.end)


def _hit(code: str, label: str | None, place: Passage, note: str) -> Hit:
    return Hit(
        source="rule",
        code=code,
        field=place.field,
        start=place.start,
        end=place.end,
        text=place.text,
        read_as=place.read_as,
        label=label,
        note=note,
    )
