"""The report is one file with nothing to fetch, and its twin names posts by id only."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import orjson
import pytest

from models.jsonfile import read_object, write_json
from models.labels import LABEL_NAMES
from models.release import Release
from models.scorer import Scorer
from tests.training.posts import HAN, post
from training.evaluation.compare import compare_releases
from training.evaluation.evaluate import evaluate
from training.evaluation.report import SCHEMA, Report, render, write_report
from training.evaluation.scored import Scored, score_examples, scored_from_json
from training.evaluation.suite import run_suite
from training.run import Run

QUIET = dict.fromkeys(LABEL_NAMES, 0)
LEFT_OUT = {
    "base_model": "base",
    "posts": 100,
    "sources": {
        "cold": {
            "labels": {
                "abuse": {
                    "positives": 30,
                    "negatives": 40,
                    "auc": 0.81,
                    "auc_interval": [0.7, 0.9],
                    "linear_auc": 0.79,
                    "note": "within the source",
                }
            }
        }
    },
}
KEYS = {
    *("release", "fingerprint", "posts", "labels", "ordinary", "splits", "registers", "sources"),
    *("debunks", "reliability", "schema", "errors", "suite", "against", "leave_one_out"),
    *("deletion", "scores"),
}


class Page(HTMLParser):
    """Collects tags with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def scored(tiny_scorer: Scorer) -> Scored:
    texts = [HAN[place : place + 30] for place in range(0, 240, 4)]
    examples = [
        post(
            f"<b>&{text}",
            "debunk_articles" if place % 5 == 0 else "cold",
            **{**QUIET, "abuse": place % 2, "rumour": place % 3 // 2},
        ).model_copy(update={"split": "test_time" if place % 4 == 0 else "test"})
        for place, text in enumerate(texts)
    ]
    return score_examples(tiny_scorer, examples)


@pytest.fixture(scope="module")
def report(tiny_scorer: Scorer, scored: Scored) -> Report:
    other = scored_from_json(
        {"release": "before", "fingerprint": "f", "scores": scored.to_json()}, scored.examples
    )
    other.probabilities[:] = other.probabilities[::-1].copy()
    return Report(
        evaluate(tiny_scorer, scored),
        scored,
        suite=run_suite(tiny_scorer, scored.rows(range(12))),
        against=compare_releases(scored, other),
        leave_one_out=LEFT_OUT,
    )


@pytest.fixture(scope="module")
def html(report: Report) -> str:
    return render(report)


def test_nothing_is_fetched(html: str) -> None:
    page = Page()
    page.feed(html)
    assert not {"script", "link", "iframe"} & {tag for tag, _ in page.tags}
    links = [attributes["href"] or "" for tag, attributes in page.tags if tag == "a"]
    anchors = {attributes.get("id") for _, attributes in page.tags}
    assert links
    assert all(link.removeprefix("#") in anchors for link in links)
    images = [attributes["src"] or "" for tag, attributes in page.tags if tag == "img"]
    assert images
    assert all(source.startswith("data:image/svg+xml;base64,") for source in images)
    assert not re.search(r"https?:|url\(|@import", html)
    drawn = base64.b64decode(images[0].partition(",")[2]).decode()
    assert not re.search(r"<image|@import|<script", drawn)


def test_every_part_is_shown(html: str, report: Report) -> None:
    for name in report.evaluation.labels:
        assert f'alt="curves of {name}"' in html or name not in {"abuse", "rumour"}
    for word in ("谣言", "test_time", "debunk_articles", "homophone", "within the source"):
        assert word in html
    assert "Against before" in html
    assert report.suite is not None
    assert report.suite.identity.words[0].word in html


def test_posts_are_quoted_and_cannot_break_the_page(html: str) -> None:
    assert "&lt;b&gt;&amp;" in html
    assert "<b>" not in html


def test_parts_that_were_not_asked_for_are_left_out(
    tiny_scorer: Scorer, scored: Scored, report: Report
) -> None:
    plain = Report(evaluate(tiny_scorer, scored), scored)
    assert set(plain.to_json()) == set(report.to_json()) == KEYS
    assert plain.to_json()["suite"] is plain.to_json()["against"] is None
    page = render(plain)
    assert 'id="evasion"' not in page
    assert 'id="against"' not in page


def test_no_posts_are_a_page_too(tiny_scorer: Scorer) -> None:
    nothing = score_examples(tiny_scorer, [])
    assert "0 held-out posts" in render(Report(evaluate(tiny_scorer, nothing), nothing))


def test_the_twin_holds_no_text(report: Report, tmp_path: Path) -> None:
    write_json(tmp_path / "twin.json", report.to_json())
    content = (tmp_path / "twin.json").read_text(encoding="utf-8")
    for example in report.scored.examples:
        assert example.text not in content
        assert orjson.dumps(example.text).decode()[1:-1] not in content
    assert read_object(tmp_path / "twin.json")["schema"] == SCHEMA


def test_scores_survive_the_twin(report: Report) -> None:
    content = orjson.loads(orjson.dumps(report.to_json()))
    again = scored_from_json(content, report.scored.examples)
    assert again.release == report.scored.release
    assert again.thresholds == report.scored.thresholds
    assert again.probabilities == pytest.approx(report.scored.probabilities, abs=1e-6)
    found = compare_releases(report.scored, again)
    assert found.posts == len(report.scored.examples)
    assert not found.flips
    verdicts = {one.verdict for labels in found.labels.values() for one in labels.values()}
    assert verdicts == {"level"}


def test_posts_held_out_by_time_stand_beside(
    tiny_scorer: Scorer, scored: Scored, tmp_path: Path
) -> None:
    held, newest = (evaluate(tiny_scorer, scored.rows(rows)) for rows in (range(40), range(40, 60)))
    run = SimpleNamespace(out=tmp_path)
    write_report(run, tiny_scorer.release, scored, held, newest=newest)  # type: ignore[arg-type]
    splits = read_object(tmp_path / "report.json")["splits"]
    assert splits["test_time"]["abuse"]["all"]["auc"] == newest.labels["abuse"]["all"].auc
    assert set(splits) == {"test", "test_time"}


def test_a_run_leaves_its_report(trained: Run) -> None:
    html = (trained.out / "report.html").read_text(encoding="utf-8")
    for name in Release.load(trained.release).labels:
        assert f'alt="curves of {name}"' in html
    assert f"<title>{trained.name}</title>" in html
    twin = read_object(trained.out / "report.json")
    stored = read_object(trained.release / "metrics.json")["test"]
    assert {name: twin[name] for name in stored if name != "splits"} == {
        name: found for name, found in stored.items() if name != "splits"
    }
    assert f">{twin['labels']['rumour']['all']['auc']:.3f}</td>" in html
