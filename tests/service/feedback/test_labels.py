"""Names of labels: public outside, short inside."""

from __future__ import annotations

import pytest

from models.labels import LABELS
from service.feedback.labels import short_name


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.name)
def test_every_label_of_ours(label: object) -> None:
    assert short_name(label.public) == label.name  # type: ignore[attr-defined]
    assert short_name(label.name) == label.name  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["flood", "engagement_bait", "pyramid_scheme2"])
def test_labels_that_a_user_will_train(name: str) -> None:
    assert short_name(f"low_quality.{name}") == name


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("low_quality", "needs a kind"),
        ("low_quality.", "is no label"),
        ("low_quality.rumour", "is no label"),
        ("low_quality.low_quality", "is no label"),
        ("low_quality.Ad", "is no label"),
        ("low_quality.广告", "is no label"),
        ("low_quality.a\n", "is no label"),
        ("low_quality.a", "is no label"),
        ("low_quality." + "a" * 32, "is no label"),
        ("rumor", "is no label"),
        ("", "is no label"),
    ],
)
def test_what_is_no_label(name: str, hint: str) -> None:
    with pytest.raises(ValueError, match=hint):
        short_name(name)
