"""What the library answers from at one moment: never changed, replaced as a whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from data.debunks import Debunk, read_expiry
from service.debunk.segment import Candidate, Item, Query, Segment, Worth

# Entries that may be new or changed before everything is indexed anew; a share of large libraries.
MOST_FRESH, FRESH_SHARE = 256, 0.02


@dataclass(frozen=True, slots=True)
class Entry:
    """A debunk of the library; `shipped` tells that a file holds it, `revision` which wording."""

    id: str
    content: Debunk
    revision: str
    shipped: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Entries and their indexes: one segment for most of them, one for what is fresh.

    `stale` are entries of the large segment that have changed or gone since it was made.
    """

    entries: Mapping[str, Entry]
    items: Mapping[str, Item]
    base: Segment
    fresh: Segment
    stale: frozenset[str]
    version: str

    @classmethod
    def of(
        cls,
        entries: Mapping[str, Entry],
        items: Mapping[str, Item],
        base: Segment,
        version: str,
    ) -> Snapshot:
        """Index what `base` lacks and hide what it holds in vain."""
        fresh = [item for item in items.values() if base.tokens.get(item.id) != item.token]
        stale = frozenset(
            identity
            for identity, token in base.tokens.items()
            if identity not in items or items[identity].token != token
        )
        # A handful of entries knows little about which words are rare.
        segment = Segment(fresh, base.frequencies)
        return cls(entries, items, base, segment, stale, version)

    @property
    def overgrown(self) -> bool:
        """Tell whether it is time to index everything anew."""
        large = max(MOST_FRESH, FRESH_SHARE * len(self.base.tokens))
        # Where most of it has changed, as when meanings came, a search would be made twice.
        return len(self.fresh.tokens) > large or 2 * len(self.stale) > len(self.base.tokens)

    def search(
        self, queries: Sequence[Query], now: datetime, worth: Worth | None = None
    ) -> list[list[Candidate]]:
        """Return the entries in force that may answer each query (`Segment.search`)."""
        base = self.base.search(queries, self.stale, worth)
        fresh = self.fresh.search(queries, worth=worth)
        return [
            [one for one in (*old, *new) if not self._expired(one.id, now)]
            for old, new in zip(base, fresh, strict=True)
        ]

    def _expired(self, identity: str, now: datetime) -> bool:
        expires = self.entries[identity].content.expires
        return expires is not None and now >= read_expiry(expires)
