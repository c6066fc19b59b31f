"""Settings: defaults, wrong values that name their variable, a complete document."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from models.errors import InvalidInput
from service.settings import PREFIX, Settings, load_settings, unknown_variables

DOCUMENT = Path(__file__).parents[2] / "docs" / "settings.md"


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(f"{PREFIX}{name}".upper(), raising=False)


def test_defaults() -> None:
    settings = load_settings()
    assert (settings.host, settings.port, settings.release) == ("127.0.0.1", 8000, None)


def test_values_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MINGJIAN_PORT", "9000")
    monkeypatch.setenv("MINGJIAN_RELEASE", "")
    monkeypatch.setenv("MINGJIAN_LOG_LEVEL", "WARNING")
    settings = load_settings()
    assert (settings.port, settings.release, settings.log_level) == (9000, None, "warning")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MINGJIAN_PORT", "eighty"),
        ("MINGJIAN_PORT", "65536"),
        ("MINGJIAN_DEADLINE_S", "0"),
        ("MINGJIAN_DEADLINE_S", "nan"),
        ("MINGJIAN_LOG_LEVEL", "loud"),
        ("MINGJIAN_QUEUE_TOKENS", "-1"),
        ("MINGJIAN_PRECISION", "int4"),
    ],
)
def test_wrong_values_name_their_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(InvalidInput) as caught:
        load_settings()
    assert name in caught.value.detail
    assert "docs/settings.md" in caught.value.detail


def test_variables_without_effect() -> None:
    found = unknown_variables({"MINGJIAN_PROT": "1", "MINGJIAN_PORT": "1", "HOME": "x"})
    assert found == ["MINGJIAN_PROT"]


def test_the_document_lists_every_setting_with_its_default() -> None:
    rows = dict(
        re.findall(r"^\| `(MINGJIAN_\w+)` \| ([^|]*) \|", DOCUMENT.read_text("utf-8"), re.M)
    )
    assert list(rows) == [f"{PREFIX}{name}".upper() for name in Settings.model_fields]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        assert rows[f"{PREFIX}{name}".upper()].strip() == default, name
        assert field.description
