"""The Grafana dashboard asks only for metrics, labels and values that the service has."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from service.metrics.service import REJECTIONS, Metrics

FILE = Path(__file__).parents[2] / "deploy" / "grafana" / "mingjian.json"
METRIC = re.compile(r"\bmingjian_\w+")
# What Prometheus adds when it asks an instance.
ADDED = {"job", "instance", "le"}


@pytest.fixture(scope="module")
def dashboard() -> dict[str, Any]:
    return json.loads(FILE.read_text("utf-8"))


def expressions(dashboard: dict[str, Any]) -> list[str]:
    return [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]


def known() -> dict[str, set[str]]:
    """The samples the service exposes, with their labels."""
    found: dict[str, set[str]] = {}
    for name, metric in vars(Metrics()).items():
        if name in ("registry", "_stages"):
            continue
        kinds = {"counter": ["_total"], "gauge": [""], "histogram": ["_bucket", "_sum", "_count"]}
        for end in kinds[metric._type]:
            found[metric._name + end] = set(metric._labelnames) | ADDED
    return found


def test_every_metric_and_label_exists(dashboard: dict[str, Any]) -> None:
    samples = known()
    asked = set()
    for panel in dashboard["panels"]:
        for target in panel["targets"]:
            names = set(METRIC.findall(target["expr"]))
            assert names <= set(samples), target["expr"]
            labels = set.union(*(samples[name] for name in names))
            used = re.findall(r"(\w+)\s*=~?\"", target["expr"])
            used += re.findall(r"{{(\w+)}}", target["legendFormat"])
            for grouped in re.findall(r"by \(([^)]*)\)", target["expr"]):
                used += re.split(r",\s*", grouped)
            assert set(used) <= labels, target["expr"]
            asked |= names
    # And nothing that is measured is left out.
    bases = {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in asked}
    assert bases == {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in samples}


def test_every_metric_is_documented() -> None:
    page = (FILE.parents[2] / "docs" / "operations.md").read_text("utf-8")
    named = {re.sub(r"_total$", "", name) for name in METRIC.findall(page)}
    assert named == {re.sub(r"_(total|bucket|sum|count)$", "", name) for name in known()}


def test_panels_are_a_valid_page(dashboard: dict[str, Any]) -> None:
    panels = dashboard["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    cells = set()
    for panel in panels:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        own = {
            (place["x"] + right, place["y"] + down)
            for right in range(place["w"])
            for down in range(place["h"])
        }
        assert not own & cells
        cells |= own
        assert panel["targets"]
    for expression in expressions(dashboard):
        assert expression.count("(") == expression.count(")")
        assert expression.count("{") == expression.count("}")


def test_reasons_are_there_from_the_start() -> None:
    text = Metrics().exposition().decode()
    for reason in REJECTIONS.values():
        assert f'mingjian_rejected_total{{reason="{reason}"}} 0.0' in text
