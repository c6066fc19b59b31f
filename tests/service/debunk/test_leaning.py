"""How posts lean that give no cue: what was learnt ships, and holds on posts kept apart."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from data.debunks import read_shipped
from models.normaliser import Normaliser
from service.debunk.grams import key_of, positions_of
from service.debunk.leaning import FILE, LONGEST, POSTS, Known, known_of, learn, shipped
from service.debunk.nearness import NearIndex
from service.debunk.ranking import DEFAULT
from service.debunk.stance import stance

ROOT = Path(__file__).resolve().parents[3]
normaliser = Normaliser()
KNOWN = Known(["喝醋能软化血管"], "醋进了胃会被中和, 到不了血管壁")


def rows(path: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_the_weights_that_ship_are_those_of_the_posts() -> None:
    stored, found = json.loads(FILE.read_text("utf-8")), learn(normaliser)
    assert found.pop("weights") == pytest.approx(stored.pop("weights"), abs=2e-3)
    assert {name: value for name, value in found.items() if name not in ("bias", "least")} == {
        name: value for name, value in stored.items() if name not in ("bias", "least")
    }
    assert [found["bias"], found["least"]] == pytest.approx(
        [stored["bias"], stored["least"]], abs=2e-3
    )


def test_posts_that_were_kept_apart_share_no_claim_with_those_learnt_from() -> None:
    apart = rows(ROOT / "tests" / "shipped" / "stances.jsonl")
    assert not {row["claim"] for row in apart} & {row["claim"] for row in rows(POSTS)}
    kinds = Counter(row["stance"] for row in rows(POSTS))
    assert min(kinds["debunk"], kinds["assert"]) >= 75


def test_who_cites_the_answer_is_told_from_who_repeats_the_claim() -> None:
    leaning = shipped()
    assert leaning.debunks("醋进了胃就被中和了, 到不了血管壁, 想笑", KNOWN)
    assert not leaning.debunks("喝醋能软化血管, 我邻居亲测好了, 千万要转给大家", KNOWN)


def test_a_long_post_is_left_to_the_cues() -> None:
    text = "醋进了胃就被中和了, 到不了血管壁, 想笑" + "说说别的事" * 40
    assert len(text) > LONGEST
    assert not shipped().debunks(text, KNOWN)


def test_posts_kept_apart() -> None:
    entries = {one.content.claim: one.content for one in read_shipped()}
    quoted: Counter[str] = Counter()
    for row in rows(ROOT / "tests" / "shipped" / "stances.jsonl"):
        text, known = normaliser(row["text"]).text, known_of(entries[row["claim"]], normaliser)
        claim, places = known.wordings[0], positions_of(text)
        near = next(iter(NearIndex([claim]).find(key_of(text))), None)
        repeated = near is not None and near.containment >= DEFAULT.near
        span = (places[near.start], places[near.end - 1] + 1) if near and repeated else None
        told = stance(text, claim if repeated else "", span)
        quoted[row["stance"]] += told != "asserts" or shipped().debunks(text, known)
    # Of 46 debunks, 37 assertions and 18 questions; without what was learnt 11, 5 and 14.
    assert quoted["debunk"] >= 30
    assert quoted["assert"] <= 7
    assert quoted["ask"] >= 14
