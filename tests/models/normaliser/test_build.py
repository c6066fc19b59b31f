"""The compiled tables are what the raw tables give, and the raw tables are sound."""

from __future__ import annotations

from pathlib import Path

import pytest
from pypinyin import lazy_pinyin

from models.normaliser.builder import compile_tables, render, sources
from models.normaliser.builder.compile import homophones, mixed, split_forms, written
from models.normaliser.tables import COMPILED, Tables, tables


def test_the_compiled_tables_are_up_to_date() -> None:
    built = render(compile_tables())
    assert built == COMPILED.read_text(encoding="utf-8"), "run python -m models.normaliser.builder"


def test_the_vendored_readings_are_those_of_pypinyin() -> None:
    for syllable, characters in sources.rows("readings.tsv", 2):
        assert {lazy_pinyin(character)[0] for character in characters} == {syllable}


def test_every_table_names_its_origin() -> None:
    origins = (sources.FOLDER / "ORIGINS.md").read_text(encoding="utf-8")
    files = {path.name for path in sources.FOLDER.iterdir()} - {"ORIGINS.md"}
    assert not [name for name in files if f"`{name}`" not in origins]


def test_homophones_hold_an_uncommon_character() -> None:
    readings = {"微": "wei", "薇": "wei", "位": "wei", "信": "xin", "鑫": "xin", "心": "xin"}
    assert homophones("微信", readings, both=False) == ["薇信", "微鑫"]
    assert "薇心" in homophones("微信", readings, both=True)
    assert "位心" not in homophones("微信", readings, both=True)


def test_mixes_leave_out_the_word_and_its_whole_pinyin() -> None:
    assert mixed("微信", {"微": "wei", "信": "xin"}) == ["微xin", "wei信"]


def test_a_character_with_a_radical_is_split_by_it_alone() -> None:
    splits = {"佣": ["人用", "亻用"], "职": ["耳只"]}
    assert split_forms("兼职", splits) == ["兼耳只"]
    assert split_forms("佣金", splits) == []


def make_table(folder: Path, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    (folder / "contexts.yaml").write_text("near: {before: x}", encoding="utf-8")
    (folder / "written.tsv").write_text(text, encoding="utf-8")
    monkeypatch.setattr(sources, "FOLDER", folder)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("薇信\t微信\n", "row 1 has not 4 filled cells"),
        ("薇信\t微信\th\tfar\n", "unknown context 'far'"),
        ("V信\t微信\th\t-\n", "not lower case"),
        ("薇信\t微信\th\tnear\n薇信\tQQ\th\tnear\n", "stands twice"),
    ],
)
def test_a_wrong_row_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, complaint: str
) -> None:
    make_table(tmp_path, monkeypatch, text)
    with pytest.raises(ValueError, match=complaint):
        written()


def test_the_fingerprint_follows_the_bytes(tmp_path: Path) -> None:
    copy = tmp_path / "compiled.json"
    copy.write_bytes(COMPILED.read_bytes())
    assert Tables.load(copy).fingerprint == tables().fingerprint
    copy.write_bytes(COMPILED.read_bytes() + b"\n")
    assert Tables.load(copy).fingerprint != tables().fingerprint
