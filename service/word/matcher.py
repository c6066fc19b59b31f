"""Finding words of the lists in a post."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from models.normaliser import Normalised
from service.catalogue import words as texts
from service.passage import passage, title_end
from service.score.evidence import Fields, Hit
from service.word.entries import lowered, plain
from service.word.snapshot import Rule, Snapshot, compile_lists
from service.word.spans import Cover, Span, bounded, outermost

Occurrences = Mapping[int, Sequence[Span]]
# A word that a post repeats says nothing new the fourth time.
MOST_HITS_AN_ENTRY = 3
MOST_HITS = 60
ORDER = {"block": 0, "review": 1, "allow": 2}


class Place(NamedTuple):
    """Where an entry was found, in the normalised text."""

    rule: Rule
    span: Span
    weight: float


class WordMatcher:
    """Matches posts against a snapshot that may be swapped at any moment; safe in threads."""

    def __init__(
        self,
        snapshot: Snapshot | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.snapshot = compile_lists(()) if snapshot is None else snapshot
        self._clock = clock

    @property
    def version(self) -> str:
        """The version of the lists that the next post is matched against."""
        return self.snapshot.version

    def swap(self, snapshot: Snapshot) -> None:
        """Match what comes next against another snapshot; what is being matched keeps its own."""
        self.snapshot = snapshot

    def match(
        self, fields: Fields, lists: Collection[str] | None = None, now: datetime | None = None
    ) -> list[Hit]:
        """Return what the lists find: blocks, reviews, allows, each in the order of the post.

        `lists` are the names of those that take part, None for every one. An allow word takes
        away each occurrence of a block or review word that it covers. Its own hit has weight 1
        where it did so and 0 where it only stands in the post; of shipped lists only the former.
        """
        return [_hit(fields, place) for place in self.places(fields, lists, now)[:MOST_HITS]]

    def places(
        self, fields: Fields, lists: Collection[str] | None = None, now: datetime | None = None
    ) -> list[Place]:
        """Return every place that `match` makes a hit of."""
        snapshot = self.snapshot
        if snapshot.automaton is None:
            return []
        occurrences = _occurrences(snapshot.automaton, fields)
        if not occurrences:
            return []
        rules = _rules(snapshot, occurrences, lists, self._clock() if now is None else now)
        return _places(rules, occurrences) if rules else []


def _occurrences(automaton: AhoCorasick, fields: Fields) -> Occurrences:
    """Return where each word stands in the post as it is read, or as it was written."""
    normalised = fields.normalised
    # A dict for its order; a place is often found both as read and as written.
    occurrences: defaultdict[int, dict[Span, None]] = defaultdict(dict)
    text = lowered(normalised.text)
    found = automaton.find_matches_as_indexes(text, overlapping=True)
    border = title_end(fields) if found else 0
    for word, start, end in found:
        if not start < border < end and bounded(text, start, end):
            occurrences[word][start, end] = None
    written = plain(normalised.original)
    if written != text:
        for word, start, end in automaton.find_matches_as_indexes(written, overlapping=True):
            if not start < fields.text_start < end and bounded(written, start, end):
                span = _as_read(normalised, start, end)
                if span is not None:
                    occurrences[word][span] = None
    return {word: list(spans) for word, spans in occurrences.items()}


def _as_read(normalised: Normalised, begin: int, stop: int) -> Span | None:
    """Return the least range of the normalised text that was read from a range of the original."""
    starts, ends = normalised.starts, normalised.ends
    if not starts or starts[0] >= stop or ends[-1] <= begin:
        return None
    first = max(0, bisect_right(starts, begin) - 1)
    last = min(len(ends) - 1, bisect_left(ends, stop))
    # One replacement gives all its characters the same origin: take all of them.
    return bisect_left(starts, starts[first]), bisect_right(ends, ends[last])


def _rules(
    snapshot: Snapshot, occurrences: Occurrences, lists: Collection[str] | None, now: datetime
) -> list[Rule]:
    """Return the rules whose logic holds, allow words left aside."""
    candidates = {
        id(rule): rule
        for word in occurrences
        for rule in snapshot.starts[word]
        if lists is None or rule.list.name in lists
    }
    return [
        rule
        for rule in candidates.values()
        if rule.entry.active(now)
        and all(any(word in occurrences for word in group) for group in rule.needed)
        and not any(word in occurrences for word in rule.barred)
    ]


def _places(rules: Sequence[Rule], occurrences: Occurrences) -> list[Place]:
    shields: dict[Span, Rule] = {}
    for rule in rules:
        if rule.list.kind == "allow":
            for group in rule.needed:
                shields.update((span, rule) for word in group for span in occurrences.get(word, ()))
    cover = Cover(shields)
    used: set[Span] = set()
    found: defaultdict[str, dict[Span, Rule]] = defaultdict(dict)
    for rule in rules:
        if rule.list.kind != "allow":
            for span in _uncovered(rule, occurrences, cover, used)[:MOST_HITS_AN_ENTRY]:
                found[rule.list.name].setdefault(span, rule)
    places = [
        Place(by_span[span], span, 1.0) for by_span in found.values() for span in outermost(by_span)
    ]
    places += [
        Place(rule, span, float(span in used))
        for span, rule in shields.items()
        # Shipped ones are ordinary words, which say nothing where they cover nothing.
        if span in used or not rule.list.shipped
    ]
    places.sort(key=_order)
    return places


def _order(place: Place) -> tuple[int, float, Span, str]:
    of_list = place.rule.list
    return ORDER[of_list.kind], -place.weight, place.span, of_list.name


def _uncovered(rule: Rule, occurrences: Occurrences, cover: Cover, used: set[Span]) -> list[Span]:
    """Return where a rule fires outside allow words; those that hinder it are added to `used`."""
    fires: list[Span] = []
    for group in rule.needed:
        uncovered = []
        for word in group:
            for span in occurrences.get(word, ()):
                over = cover.over(span)
                if over is None:
                    uncovered.append(span)
                else:
                    used.add(over)
        if not uncovered:
            return []
        # Of a rule with `&`, one place a group shows why it fired.
        fires += uncovered if len(rule.needed) == 1 else uncovered[:1]
    return sorted(fires)


def _hit(fields: Fields, place: Place) -> Hit:
    found = passage(fields, *place.span)
    of_list, draft = place.rule.list, place.rule.entry.draft
    return Hit(
        source="word",
        code=f"word.{of_list.name}",
        field=found.field,
        start=found.start,
        end=found.end,
        text=found.text,
        read_as=found.read_as,
        kind=of_list.kind,
        note=texts.hit_note(of_list.name, of_list.kind, draft.pattern, draft.note),
        weight=place.weight,
    )
