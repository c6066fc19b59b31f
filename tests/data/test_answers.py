"""The answers of our own are readable pairs, and repeat neither each other nor the library."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from data.debunks import read_shipped
from data.pairs import Pair, read_pairs

FOLDER = Path(__file__).resolve().parents[2] / "data" / "answers"
ANSWERS = 400
QUERY = range(6, 91)  # characters
ANSWER = range(50, 261)
SHINGLE = 3
NEAR = 0.5  # Jaccard similarity of character 3-grams
# Words by which a scraped or unfinished text betrays itself.
UNFINISHED = ("TODO", "xxx", "XXX", "待补", "责任编辑", "本报记者", "来源：", "http")


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    return list(read_pairs([FOLDER]))


def plain(text: str) -> str:
    """Letters and digits only, without differences of width or case."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def shingles(text: str) -> set[str]:
    text = plain(text)
    return {text[i : i + SHINGLE] for i in range(max(1, len(text) - SHINGLE + 1))}


def test_every_line_reads_and_there_are_enough(pairs: list[Pair]) -> None:
    lines = [
        line for path in FOLDER.glob("*.jsonl") for line in path.read_text("utf-8").splitlines()
    ]
    assert len(pairs) == len(lines)
    assert len({pair.debunk for pair in pairs}) >= ANSWERS
    assert {(pair.query_kind, pair.source) for pair in pairs} == {("claim", "own")}


def test_an_answer_has_one_verdict_and_every_verdict_is_used(pairs: list[Pair]) -> None:
    verdicts = defaultdict(set)
    for pair in pairs:
        verdicts[pair.debunk].add(pair.verdict)
    assert not [debunk for debunk, found in verdicts.items() if len(found) > 1]
    assert {pair.verdict for pair in pairs} == {"false", "misleading", "unproven", "true"}


def test_texts_are_clean_and_of_the_length_of_a_post_and_an_answer(pairs: list[Pair]) -> None:
    faulty = [pair.query for pair in pairs if len(pair.query) not in QUERY]
    faulty += [pair.debunk for pair in pairs if len(pair.debunk) not in ANSWER]
    texts = [text for pair in pairs for text in (pair.query, pair.debunk)]
    faulty += [text for text in texts if text != " ".join(text.split())]
    faulty += [text for text in texts if any(word in text for word in UNFINISHED)]
    assert not faulty


def test_no_query_stands_twice(pairs: list[Pair]) -> None:
    count = Counter(plain(pair.query) for pair in pairs)
    assert not [query for query, times in count.items() if times > 1]


def test_no_two_answers_are_nearly_the_same(pairs: list[Pair]) -> None:
    # Training would hold one of them against the other.
    answers = [(debunk, shingles(debunk)) for debunk in {pair.debunk for pair in pairs}]
    near = [
        (one, other)
        for index, (one, mine) in enumerate(answers)
        for other, theirs in answers[:index]
        if len(mine & theirs) / len(mine | theirs) >= NEAR
    ]
    assert not near


def test_no_query_nearly_repeats_the_library(pairs: list[Pair]) -> None:
    # The library calibrates a release when it is served, so no release may have learnt it.
    library = [
        shingles(text)
        for entry in read_shipped()
        for text in (entry.content.claim, *entry.content.variants)
    ]
    queries = [(pair.query, shingles(pair.query)) for pair in pairs]
    near = [
        query
        for query, mine in queries
        if any(len(mine & theirs) / len(mine | theirs) >= NEAR for theirs in library)
    ]
    assert not near
