"""The report of a run is one file with nothing to fetch."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from models.jsonfile import read_object
from models.release import Release
from training.run import Run


class Page(HTMLParser):
    """Collects tags with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def html(trained: Run) -> str:
    return (trained.out / "report.html").read_text(encoding="utf-8")


def test_nothing_is_fetched(html: str) -> None:
    page = Page()
    page.feed(html)
    assert not {"script", "link", "iframe", "a"} & {tag for tag, _ in page.tags}
    images = [attributes["src"] for tag, attributes in page.tags if tag == "img"]
    assert images
    assert all(source and source.startswith("data:image/png;base64,") for source in images)
    assert not re.search(r"https?:|url\(|@import", html)


def test_every_label_has_rows_and_curves(html: str, trained: Run) -> None:
    for name in Release.load(trained.release).labels:
        assert f'<tr class="all"><td>{name}</td><td>all</td>' in html
        assert f'alt="curves of {name}"' in html
    assert f"<title>{trained.name}</title>" in html


def test_the_twin_holds_the_figures_of_the_release(trained: Run) -> None:
    twin = read_object(trained.out / "report.json")
    assert twin == read_object(trained.release / "metrics.json")["test"]
    shown = f"{twin['labels']['rumour']['all']['auc']:.3f}"
    assert f"<td>{shown}</td>" in (trained.out / "report.html").read_text(encoding="utf-8")
