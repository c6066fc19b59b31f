"""From a recorded decision back to what was found in the post."""

from __future__ import annotations

from typing import Any

from service.catalogue.words import hit_note
from service.decide import decide
from service.decision.record import Recorded, Versions
from service.policy.service import Policies
from service.score.evidence import Suggestion
from service.whatif.past import from_record
from tests.service.whatif.posts import START
from tests.service.whatif.test_target import policies

__all__ = ["policies"]


def recorded(result: dict[str, Any], suggestion: Suggestion = "review") -> Recorded:
    empty = {"scores": {"rumour": 0.1, "low_quality": 0.2}, "labels": [], "reasons": []}
    return Recorded(
        id="d1",
        request_id="r",
        created_at=START,
        store="fingerprint",
        suggestion=suggestion,
        result={**empty, "debunks": [], **result},
        versions=Versions("tiny", "f", "1", "f32", "c", "default", "v"),
        title=None,
        text=None,
        fingerprint=None,
        item_id=None,
        author_id=None,
        channel="chat",
        published_at=None,
        key_id=None,
        explain=False,
        erased_at=None,
    )


def reason(source: str, code: str) -> dict[str, Any]:
    place = {"field": "text", "start": 0, "end": 2, "text": "", "read_as": "", "weight": 1.0}
    return {"source": source, "code": code, "rule": None, "note": "", **place}


DEBUNK = {
    "id": "x",
    "claim": "c",
    "verdict": "false",
    "summary": "",
    "url": None,
    "as_of": None,
    "match": "confirmed",
    "similarity": 0.9,
}


def test_scores_flags_and_versions() -> None:
    labels = [
        {"label": "rumour", "score": 0.9, "threshold": 0.5, "flagged": True},
        {"label": "low_quality.abuse", "score": 0.1, "threshold": 0.5, "flagged": False},
        {"label": "low_quality.flood", "score": 1.0, "threshold": 0.5, "flagged": True},
    ]
    past = from_record(recorded({"labels": labels}), {}, {"rumour": 1})
    assert past.score.probabilities == {"rumour": 0.9, "abuse": 0.1}
    assert past.score.low_quality == 0.2
    assert past.flags == {"rumour", "flood"}
    assert (past.channel, past.policy, past.release, past.post) == ("chat", "default", "tiny", None)
    assert past.truth == {"rumour": 1}


def test_hits_come_back_with_their_kind_and_label() -> None:
    reasons = [
        reason("model", "model.rumour"),
        reason("word", "word.拦"),
        reason("word", "word.没了"),
        reason("rule", "rule.flood"),
        reason("rule", "rule.contact"),
    ]
    past = from_record(recorded({"reasons": reasons}), {"拦": "block"}, {})
    assert [(hit.code, hit.kind, hit.label) for hit in past.hits] == [
        ("word.拦", "block", None),
        ("word.没了", "review", None),
        ("rule.flood", None, "flood"),
        ("rule.contact", None, None),
    ]


def test_an_allowed_word_of_a_list_that_is_gone_speaks_for_no_review() -> None:
    allowed = {**reason("word", "word.没了"), "note": hit_note("没了", "allow", "大麻烦", "")}
    unsaid = reason("word", "word.没了")
    cases: list[tuple[dict[str, Any], Suggestion]] = [
        (allowed, "review"),
        (unsaid, "pass"),
        (unsaid, "review"),
    ]
    pasts = [from_record(recorded({"reasons": [one]}, then), {}, {}) for one, then in cases]
    assert [past.hits[0].kind for past in pasts] == ["allow", "allow", "review"]


def test_what_was_only_quoted_stays_quoted(policies: Policies) -> None:
    debunks = [DEBUNK, {**DEBUNK, "id": "y"}]
    reasons = [reason("debunk", "debunk.quoted"), reason("debunk", "debunk.confirmed")]
    past = from_record(recorded({"reasons": reasons, "debunks": debunks}), {}, {})
    assert [match.quoted for match in past.debunks] == [True, False]
    labels = dict.fromkeys(policies.thresholds.release.labels, 0.0)
    past.score.probabilities.update(labels)
    decision = decide(past.score, policies.resolve("default"), past.hits, past.debunks)
    assert [ground.code for ground in decision.grounds] == ["debunk.y"]
