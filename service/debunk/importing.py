"""Taking over reviews that others have written: each for itself, with a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import ValidationError

from data.debunks import Debunk
from models.errors import FieldError
from service.debunk.claimreview import Unreadable, read_review
from service.debunk.reading import faults_of
from service.debunk.schemas import Imported, ImportReport
from service.debunk.service import DebunkService
from service.debunk.snapshot import Entry
from service.identifiers import new_id
from service.wire import FieldFault

# Where a review holds what a debunk calls otherwise.
PLACES = {
    "claim": "claimReviewed",
    "variants": "itemReviewed/alternateName",
    "summary": "reviewBody",
    "sources": "citation",
    "as_of": "datePublished",
    "topic": "additionalProperty",
    "expires": "additionalProperty",
}
Status = Literal["added", "updated", "unchanged", "invalid"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one review."""

    status: Status
    id: str | None
    faults: tuple[FieldError, ...] = ()


async def import_reviews(library: DebunkService, reviews: Sequence[object]) -> ImportReport:
    """Add or update the entries that reviews hold and let them take effect together."""
    new, outcomes = plan(library.library.snapshot.entries, reviews)
    if new:
        await library.put(new)
    counts = Counter(outcome.status for outcome in outcomes)
    return ImportReport(
        added=counts["added"],
        updated=counts["updated"],
        unchanged=counts["unchanged"],
        invalid=counts["invalid"],
        results=[
            Imported(
                index=index,
                status=outcome.status,
                id=outcome.id,
                errors=[FieldFault(pointer=f.pointer, detail=f.detail) for f in outcome.faults],
            )
            for index, outcome in enumerate(outcomes)
        ],
        version=library.library.version,
    )


def plan(
    entries: Mapping[str, Entry], reviews: Sequence[object]
) -> tuple[dict[str, Debunk], list[Outcome]]:
    """Return the entries to put by id, and what becomes of each review, in order.

    A review belongs to the entry of its `@id`, otherwise to the one with the same claim.
    """
    by_claim = {entry.content.claim: entry.id for entry in entries.values()}
    new: dict[str, Debunk] = {}
    outcomes: list[Outcome] = []
    for review in reviews:
        read = _read(review)
        if isinstance(read, Outcome):
            outcomes.append(read)
            continue
        named, content = read
        identity = named or by_claim.get(content.claim) or new_id()
        known = new.get(identity)
        if known is None and identity in entries:
            known = entries[identity].content
        if known is not None and named is None:
            content = _completed(content, known)
        if known == content:
            outcomes.append(Outcome("unchanged", identity))
            continue
        outcomes.append(Outcome("added" if known is None else "updated", identity))
        new[identity] = content
        by_claim[content.claim] = identity
    return new, outcomes


def _completed(content: Debunk, known: Debunk) -> Debunk:
    """Keep what a foreign review of a known claim does not speak of."""
    kept = {name: part for name, part in known if not getattr(content, name)}
    return content.model_copy(update=kept)


def _read(review: object) -> tuple[str | None, Debunk] | Outcome:
    try:
        identity, fields = read_review(review)
        return identity, Debunk.model_validate(fields)
    except Unreadable as error:
        return Outcome("invalid", None, (FieldError(error.pointer, error.detail),))
    except ValidationError as error:
        return Outcome("invalid", None, tuple(map(_placed, faults_of(error, Debunk))))


def _placed(fault: FieldError) -> FieldError:
    name, slash, rest = fault.pointer.removeprefix("/").partition("/")
    return FieldError(f"/{PLACES.get(name, name)}{slash}{rest}", fault.detail)
