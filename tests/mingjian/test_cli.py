from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from mingjian.cli import main, repeat_options
from tests.data.made import write_jsonl

ROOT = Path(__file__).parents[2]
HEAVY = ("torch", "transformers", "datasets", "datasketch", "sklearn", "fastapi", "openvino")


def run(monkeypatch: pytest.MonkeyPatch, *arguments: object) -> int:
    monkeypatch.setattr(sys, "argv", ["mingjian", *map(str, arguments)])
    with pytest.raises(SystemExit) as left:
        main()
    return left.value.code if isinstance(left.value.code, int) else int(bool(left.value.code))


def python(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("arguments", "repeated"),
    [
        ([], []),
        (["train", "--data", "a"], ["train", "--data", "a"]),
        (["train", "--data", "a", "b", "c"],
         ["train", "--data", "a", "--data", "b", "--data", "c"]),
        (["train", "--data", "a", "b", "--out", "o"],
         ["train", "--data", "a", "--data", "b", "--out", "o"]),
        (["train", "--out", "o", "--data", "a", "b"],
         ["train", "--out", "o", "--data", "a", "--data", "b"]),
        (["train", "--data", "a", "--data", "b"], ["train", "--data", "a", "--data", "b"]),
        (["evaluate", "--data", "a", "b", "--json", "f"],
         ["evaluate", "--data", "a", "--data", "b", "--json", "f"]),
        (["export", "--data", "p", "runs/x"], ["export", "--data", "p", "runs/x"]),
        (["data", "check", "a", "b"], ["data", "check", "a", "b"]),
        (["train", "--baseline", "--data", "a", "b"],
         ["train", "--baseline", "--data", "a", "--data", "b"]),
    ],
)  # fmt: skip
def test_an_option_may_stand_before_several_values(
    arguments: list[str], repeated: list[str]
) -> None:
    assert repeat_options(arguments) == repeated


@pytest.mark.parametrize(
    "command", [("data", "check"), ("data", "stats"), ("data", "prepare", "--out", "unused")]
)
def test_a_missing_path_is_told_in_a_sentence(
    command: tuple[str, ...],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(monkeypatch, *command, tmp_path / "absent.jsonl") == 1
    told = capsys.readouterr()
    assert told.err.splitlines()[-1].startswith(f"mingjian: {tmp_path}/absent.jsonl does not exist")
    assert "Traceback" not in told.err
    assert not list(tmp_path.iterdir())


def test_every_fault_of_a_corpus_stands_under_the_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_jsonl(tmp_path / "a.jsonl", [{"text": ""}, {"text": "好", "labels": {}}, {}])
    assert run(monkeypatch, "data", "stats", path) == 1
    first, *faults = capsys.readouterr().err.splitlines()
    assert first.startswith("mingjian: bad rows: 2; `mingjian data check` lists them all")
    assert [fault.split(": ")[0].strip() for fault in faults] == [f"{path}:1", f"{path}:3"]


def test_what_the_system_refuses_is_told_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    assert run(monkeypatch, "data", "check", tmp_path) == 1
    assert capsys.readouterr().err == f"mingjian: {tmp_path}/folder.jsonl: Is a directory\n"


@pytest.mark.parametrize("arguments", [["data", "chekc"], ["data", "check"], ["train"]])
def test_a_wrong_call_is_told_what_is_right(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, *arguments) == 2
    assert "Usage: mingjian " in capsys.readouterr().err


def test_help_names_every_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "--help") == 0
    shown = capsys.readouterr().out
    for command in ("serve", "score", "data", "train", "export", "evaluate"):
        assert command in shown


def test_the_command_line_starts_light() -> None:
    found = python(f"import sys, mingjian.cli; print([n for n in {HEAVY} if n in sys.modules])")
    assert found.returncode == 0, found.stderr
    assert found.stdout == "[]\n"


WITHOUT_TRAINING = f"""
import sys
from mingjian.cli import main
sys.modules.update(dict.fromkeys({HEAVY}))
main()
"""


def test_a_corpus_is_checked_without_the_training_install(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "a.jsonl.gz", [{"text": "好", "labels": {"abuse": 0}}])
    (tmp_path / "b.csv").write_text("text,abuse\n好,1\n", "utf-8")
    found = python(WITHOUT_TRAINING, "data", "check", tmp_path)
    assert found.returncode == 0, found.stderr
    assert found.stderr == "2 rows, 0 bad\n"


def test_a_missing_library_is_told_in_a_sentence(tmp_path: Path) -> None:
    found = python(WITHOUT_TRAINING, "data", "prepare", tmp_path, "--out", tmp_path / "out")
    assert found.returncode == 1
    assert "Traceback" not in found.stderr
    assert "make install-dev" in found.stderr
