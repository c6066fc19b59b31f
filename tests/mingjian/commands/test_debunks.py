from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from mingjian.cli import app, repeat_options
from tests.data.made import write_jsonl

PAIRS = [
    {"query": "喝醋可以软化血管", "debunk": "喝醋不能软化血管。", "query_kind": "claim"},
    {"query": "隔夜茶致癌", "debunk": "隔夜茶并不致癌。", "query_kind": "claim"},
]


def test_measure_prints_a_table_and_writes_the_figures(tmp_path: Path, tiny_release: Path) -> None:
    pairs = write_jsonl(tmp_path / "pairs.jsonl.gz", PAIRS)
    ordinary = write_jsonl(
        tmp_path / "plain.jsonl", [{"text": f"今天走了{n}步", "labels": {}} for n in range(5)]
    )
    out = tmp_path / "report.json"
    arguments = ["debunks", "measure", "--pairs", pairs, "--ordinary", ordinary, "--sample", 3]
    arguments += ["--release", tiny_release, "--json", out]
    result = CliRunner().invoke(app, [str(one) for one in arguments])
    assert result.exit_code == 0, result.output
    assert "recall@1" in result.output
    assert "plain" in result.output
    report = json.loads(out.read_text(encoding="utf-8"))
    assert report["search"]["words"]["all"]["recall_at_1"] == 1.0
    assert set(report["false_per_1000"]) == {"plain"}


def test_several_paths_stand_behind_one_option() -> None:
    words = ["debunks", "measure", "--pairs", "a", "b", "--ordinary", "c"]
    assert repeat_options(words) == [
        "debunks",
        "measure",
        "--pairs",
        "a",
        "--pairs",
        "b",
        "--ordinary",
        "c",
    ]
