"""`mingjian score`: one result a line in input order, resumable, never stopped by a bad line."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.errors import InvalidInput
from service.batch import CHUNK_LINES, Line, read_lines, score_file
from service.errors import UnknownPolicy
from service.resume import cut_torn_line, same_result
from service.settings import Settings
from tests.service.conftest import Post
from tests.tiny import random_posts


def results(out: Path) -> list[dict]:
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("posts") / "posts.jsonl"
    lines = [
        json.dumps({"id": str(place), "text": sent.text}, ensure_ascii=False)
        for place, sent in enumerate(random_posts(CHUNK_LINES + 40))
    ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def scored(posts: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    out = tmp_path_factory.mktemp("scored") / "out.jsonl"
    score_file(str(posts), out, settings)
    return out.read_bytes()


def test_results_are_those_of_the_service_in_input_order(
    posts: Path, scored: bytes, post: Post
) -> None:
    found = [json.loads(line) for line in scored.splitlines()]
    items = [json.loads(line) for line in posts.read_text("utf-8").splitlines()]
    assert [result["id"] for result in found] == [item["id"] for item in items]
    served = post({"items": items[:50]}).json()["results"]
    for result, other in zip(found, served, strict=False):
        assert result["decision_id"] is None
        other["decision_id"] = None
        assert same_result(json.dumps(result).encode(), json.dumps(other).encode())


@pytest.mark.parametrize("share", [0.0, 0.3, 0.95, 1.0])
def test_a_second_run_resumes(
    posts: Path, scored: bytes, settings: Settings, tmp_path: Path, share: float
) -> None:
    out = tmp_path / "out.jsonl"
    kept = scored[: int(len(scored) * share)]
    out.write_bytes(kept)
    summary = score_file(str(posts), out, settings)
    assert summary.resumed == kept.count(b"\n")
    assert summary.scored + summary.resumed == CHUNK_LINES + 40
    assert out.read_bytes().startswith(kept[: kept.rfind(b"\n") + 1])
    pairs = zip(out.read_bytes().splitlines(), scored.splitlines(), strict=True)
    assert all(same_result(one, other) for one, other in pairs)


def test_results_of_something_else_are_not_continued(
    posts: Path, scored: bytes, settings: Settings, tmp_path: Path
) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text('{"text":"今天"}\n{"text":"明天"}\n', encoding="utf-8")
    out = tmp_path / "out.jsonl"
    out.write_bytes(b"".join(scored.splitlines(keepends=True)[:1]))
    with pytest.raises(InvalidInput, match="scores differently"):
        score_file(str(other), out, settings)
    out.write_bytes(scored)
    with pytest.raises(InvalidInput, match="more results"):
        score_file(str(other), out, settings)
    assert out.read_bytes() == scored


def test_bad_lines_get_their_problem_in_their_place(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "posts.jsonl"
    source.write_bytes(
        b'\xef\xbb\xbf{"id":"a","text":"\xe4\xbb\x8a"}\r\n'
        b"not json\n"
        b"\n"
        b'{"id":"b","text":""}\n'
        b"[1]\n"
        b'{"text":"\xff"}\n'
        b'{"text":"\\ud800"}\n' + b'{"text":"' + b"x" * (2 << 20) + b'"}\n'
        b'{"id":"z","text":"last, without a line end"}'
    )
    out = tmp_path / "out.jsonl"
    summary = score_file(str(source), out, settings)
    found = results(out)
    assert [result["status"] for result in found] == [200, 400, 422, 422, 400, 422, 413, 200]
    assert [result["id"] for result in found] == ["a", None, "b", None, None, None, None, "z"]
    assert (summary.scored, summary.refused) == (2, 6)
    details = [result["problem"]["detail"] for result in found if result["status"] != 200]
    assert [detail.split(":")[0] for detail in details] == [
        f"line {number}" for number in (2, 4, 5, 6, 7, 8)
    ]
    assert found[2]["problem"]["errors"][0]["pointer"] == "/text"


def test_lines_are_read_in_bounded_memory() -> None:
    stream = io.BytesIO(b"abc\n\n" + b"x" * 25 + b"\n  \r\n" + b"y" * 10 + b"\nz")
    assert list(read_lines(stream, limit=10)) == [
        Line(1, b"abc\n", 4),
        Line(3, None, 26),
        Line(5, b"y" * 10 + b"\n", 11),
        Line(6, b"z", 1),
    ]


@pytest.mark.parametrize(
    ("content", "count", "last", "left"),
    [
        (b"", 0, None, b""),
        (b"torn", 0, None, b""),
        (b"a\n", 1, b"a\n", b"a\n"),
        (b"a\nbc\ntorn", 2, b"bc\n", b"a\nbc\n"),
        (b"a\n" + b"x" * (3 << 20) + b"\n", 2, b"x" * (3 << 20) + b"\n", None),
        (b"a\n" * (1 << 20), 1 << 20, b"a\n", None),
        (b"a\n" * (1 << 20) + b"bb\ny", (1 << 20) + 1, b"bb\n", b"a\n" * (1 << 20) + b"bb\n"),
    ],
)
def test_a_torn_line_is_cut(
    tmp_path: Path, content: bytes, count: int, last: bytes | None, left: bytes | None
) -> None:
    path = tmp_path / "out"
    path.write_bytes(content)
    assert cut_torn_line(path) == (count, last)
    assert path.read_bytes() == (content if left is None else left)


def test_a_policy_of_a_file_and_reasons(settings: Settings, tmp_path: Path) -> None:
    policy = tmp_path / "mine.yaml"
    policy.write_text(
        "labels: {rumour: {threshold: 0.001, suggestion: block, rule: R2}}\n", encoding="utf-8"
    )
    source = tmp_path / "posts.jsonl"
    source.write_text('{"text":"今天下雨，记得带伞","author_id":"u1"}\n' * 30, encoding="utf-8")
    out = tmp_path / "out.jsonl"
    score_file(str(source), out, settings, str(policy), explained=True)
    found = results(out)
    assert {result["suggestion"] for result in found} == {"block"}
    reasons = [one for one in found[0]["reasons"] if one["code"] == "model.rumour"]
    assert reasons
    assert {one["rule"] for one in reasons} == {"R2"}
    # Thirty alike of one author are no flood in a file, so that it may be taken up anywhere.
    assert {json.dumps(result) for result in found} == {json.dumps(found[0])}
    done = out.read_bytes()
    summary = score_file(str(source), out, settings, str(policy), explained=True)
    assert (summary.resumed, summary.scored, out.read_bytes()) == (30, 0, done)
    with pytest.raises(InvalidInput, match="scores differently"):
        score_file(str(source), out, settings)


def test_policies_that_cannot_be_used(settings: Settings, tmp_path: Path) -> None:
    source = tmp_path / "posts.jsonl"
    source.write_text('{"text":"今天"}\n', encoding="utf-8")
    with pytest.raises(UnknownPolicy, match="comments-strict"):
        score_file(str(source), None, settings, "no-such-policy")
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("labels: {rumour: {threshold: 2}}\n", encoding="utf-8")
    with pytest.raises(InvalidInput, match="between 0 and 1"):
        score_file(str(source), None, settings, str(wrong))


def test_files_that_cannot_be_used(settings: Settings, posts: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="not a file"):
        score_file(str(tmp_path / "none.jsonl"), None, settings)
    with pytest.raises(InvalidInput, match="input itself"):
        score_file(str(posts), posts, settings)
    with pytest.raises(InvalidInput, match="make it first"):
        score_file(str(posts), tmp_path / "no" / "out.jsonl", settings)


def run_command(
    arguments: list[str], release: Path, given: str = ""
) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "mingjian.cli", "score", *arguments, "--release", str(release)],
        input=given,
        capture_output=True,
        text=True,
        encoding="utf-8",
        env={**os.environ, "MINGJIAN_PRECISION": "f32"},
        timeout=300,
        check=False,
    )


def test_standard_input_to_standard_output(tiny_release: Path) -> None:
    done = run_command(["-"], tiny_release, '{"id":"a","text":"今天"}\nbroken\n')
    assert done.returncode == 0
    assert [json.loads(line)["status"] for line in done.stdout.splitlines()] == [200, 400]
    assert "1 scored, 1 refused" in done.stderr


def test_a_fault_of_the_command_is_one_sentence(tiny_release: Path) -> None:
    done = run_command(["none.jsonl"], tiny_release)
    assert done.returncode == 1
    assert done.stderr.startswith("mingjian: none.jsonl is not a file")
    assert done.stderr.count("\n") == 1
