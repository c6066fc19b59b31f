"""What the notes of reasons say of disguise."""

from __future__ import annotations

from models.normaliser import Normaliser
from service.catalogue.score import MOST_SHOWN, change_note, debunk_note
from service.explain.reasons import told_together


def test_a_number_in_words_is_told_once_and_not_digit_by_digit() -> None:
    text = "聯繫電話：一三八零零一三八零零零，加薇信"
    changes = [one for one in Normaliser().explain(text).changes if one.disguised]
    told = [(one.start, one.end, one.written, one.reads) for one in told_together(changes)]
    assert told == [(5, 16, "一三八零零一三八零零零", "13800138000"), (18, 20, "薇信", "微信")]
    assert len(changes) > len(told)


def test_neighbours_of_other_kinds_stay_apart() -> None:
    changes = [one for one in Normaliser().explain("兼耳只，加-V-芯").changes if one.disguised]
    assert told_together(changes) == changes
    assert change_note("兼耳只", "兼职", ("shape",)) == "“兼耳只”读作“兼职”（拆字）"


def test_a_note_shows_the_beginning_of_a_long_claim() -> None:
    assert debunk_note("confirmed", "甲" * MOST_SHOWN).endswith("甲")
    assert debunk_note("confirmed", "甲" * 5_000).endswith("：" + "甲" * MOST_SHOWN + "…")
