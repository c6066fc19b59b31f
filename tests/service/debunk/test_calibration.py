from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from data.debunks import Debunk
from service.debunk.calibration import LEAST, calibrate, with_thresholds
from service.debunk.grams import key_of
from service.debunk.meaning import Vectors, normalised
from service.debunk.ranking import DEFAULT
from service.debunk.segment import Query
from tests.service.debunk.made import debunk, entry, library, normaliser, read

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TOPICS = ["苹果核", "绿豆汤", "榴莲壳", "荞麦面", "山药泥", "莲子心", "桂花糕", "杏仁茶"]
# Other wordings that share no words with their claims, and such that share nearly all.
FOREIGN = [
    debunk(f"{topic}能治百病", variants=[chr(0x4E50 + 7 * n) * 6], summary=chr(0x5E50 + 7 * n) * 9)
    for n, topic in enumerate(TOPICS)
]
ALIKE = [
    debunk(f"{topic}能治百病", variants=[f"听说{topic}治病"], summary=f"{topic}治不了病。")
    for topic in TOPICS
]
ORDINARY = [
    f"周末去{place}散步拍了不少照片" for place in ("河边", "山上", "老街", "公园", "湖心岛")
]


def embeddings(contents: list[Debunk], *, meaningful: bool) -> dict[str, Vectors]:
    rng = np.random.default_rng(5)
    found = {text: normalised(rng.normal(size=(1, 64)).astype(np.float32)) for text in ORDINARY}
    for content in contents:
        centre = rng.normal(size=64)
        for text in (content.claim, *content.variants, content.summary):
            row = centre + 0.3 * rng.normal(size=64) if meaningful else rng.normal(size=64)
            found[text] = normalised(row[None].astype(np.float32))
    return found


def test_an_embedding_that_says_something_is_listened_to() -> None:
    ranking = calibrate(FOREIGN, ORDINARY, embeddings(FOREIGN, meaningful=True), normaliser)
    assert ranking.words < 1.0
    assert abs(ranking.unrelated) < 0.1
    assert 0.05 < ranking.spread < 0.3


def test_an_embedding_that_says_nothing_is_left_aside() -> None:
    ranking = calibrate(ALIKE, ORDINARY, embeddings(ALIKE, meaningful=False), normaliser)
    assert ranking.words == 1.0


def test_without_texts_words_alone_are_asked() -> None:
    assert calibrate([], ORDINARY, {}, normaliser) == DEFAULT
    assert calibrate(ALIKE, [], {}, normaliser) == DEFAULT


def test_thresholds_lie_beyond_what_ordinary_posts_reach() -> None:
    held = library(entry(claim="周末去河边散步拍照片会被罚款"), entry("oven", "别的什么说法而已"))
    queries = [Query(key_of(text)) for text in (*ORDINARY, "短的")]
    ranking = with_thresholds(DEFAULT, held.snapshot, queries, NOW)
    assert ranking.least_words == ranking.least > LEAST
    held.ranking = ranking
    assert not any(held.find(read(text), None) for text in ORDINARY)
    far = with_thresholds(DEFAULT, library(entry()).snapshot, queries, NOW)
    assert far.least_words == LEAST
    assert with_thresholds(DEFAULT, held.snapshot, [], NOW).least == LEAST
