"""Split characters, letters of other scripts and Martian script."""

from __future__ import annotations

import pytest

from models.normaliser.shapes import join_halves, read_lookalikes, read_martian
from models.normaliser.trace import Trace


def after(step: object, text: str) -> str:
    trace = Trace(text)
    step(trace)  # type: ignore[operator]
    return trace.text


@pytest.mark.parametrize(
    ("text", "read_as"),
    [("亻尔好", "你好"), ("氵去彳聿", "法律"), ("扌丁亻言", "打信"), ("亻", "亻")],
)
def test_halves_become_characters(text: str, read_as: str) -> None:
    assert after(join_halves, text) == read_as


def test_talk_about_writing_is_left_alone() -> None:
    text = "亻尔两半拼成什么字"
    assert after(join_halves, text) == text


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("加 АБC123", "加 АБC123"),  # Б passes for nothing
        ("加 АВC123", "加 ABC123"),
        ("ᴠx66", "vx66"),
        ("ᴠᴜx", "vux"),
        ("ΚΤМ657", "KTM657"),
        ("RU€53", "RUC53"),
    ],
)
def test_mixed_runs_are_read(text: str, read_as: str) -> None:
    assert after(read_lookalikes, text) == read_as


@pytest.mark.parametrize(
    "text", ["Привет", "сор", "ΝΑΤΟ", "α粒子", "TNF-α", "5μm", "100€", "¥8699iPhone", "Sıtkı", "é"]
)
def test_words_formulas_and_prices_are_left_alone(text: str) -> None:
    assert after(read_lookalikes, text) == text


def test_rare_characters_are_read_by_a_part_only_where_they_crowd() -> None:
    assert after(read_martian, "菿潗侞渟") == "到集如亭"
    assert after(read_martian, "李玥和王垚去看花，路上都很开心") == "李玥和王垚去看花，路上都很开心"
