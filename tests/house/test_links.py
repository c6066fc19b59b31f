"""Documents point at things that exist, and at nothing outside the project."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.house.project import ROOT, markdown_files

LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)[^)]*\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+\s+(?P<title>.+)$", re.MULTILINE)


def anchors(document: Path) -> set[str]:
    """The anchors a rendered document offers: its headings in lower case, with hyphens."""
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    titles = (match["title"].strip().lower() for match in HEADING.finditer(text))
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("document", markdown_files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_every_relative_link_resolves(document: Path) -> None:
    text = FENCE.sub("", document.read_text(encoding="utf-8"))
    broken = []
    for match in LINK.finditer(text):
        target, _, anchor = match["target"].partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        found = (document.parent / target).resolve() if target else document
        stands = found.is_relative_to(ROOT) and found.exists()
        if stands and anchor and found.suffix == ".md":
            stands = anchor in anchors(found)
        if not stands:
            broken.append(match["target"])
    assert not broken, f"{document.relative_to(ROOT)} links to what is not there: {broken}"
