"""GET /release/thresholds: the threshold for a wish."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient

from service.release.schemas import ThresholdFound

# The tiny release's curve: 1 at 0.9, 0 at 0.6, 1 at 0.4, 0 at 0.1.


@pytest.mark.parametrize(
    ("query", "sentence", "threshold", "precision", "recall"),
    [
        ("label=rumour&maximise=recall&precision=0.9", "recall at precision >= 0.9", 0.75, 1, 0.5),
        ("label=rumour&maximise=precision&recall=0.8", "precision at recall >= 0.8", 0.25, 2/3, 1),
        ("label=low_quality.fraud&maximise=f1", "best F1", 0.25, 2/3, 1),
        ("label=fraud", "best F1", 0.25, 2/3, 1),
        ("label=fraud&precision=0.8", "best F1 at precision >= 0.8", 0.75, 1, 0.5),
        ("label=rumour&maximise=recall&false_alarms=0", "recall at false alarms <= 0", 0.75, 1,
         0.5),
    ],
)  # fmt: skip
def test_found(
    client: TestClient,
    query: str,
    sentence: str,
    threshold: float,
    precision: float,
    recall: float,
) -> None:
    response = client.get(f"/release/thresholds?{query}")
    assert response.status_code == 200
    answer = response.json()
    ThresholdFound.model_validate(answer)
    assert (answer["sentence"], answer["threshold"]) == (sentence, threshold)
    assert answer["precision"] == pytest.approx(precision)
    assert answer["recall"] == pytest.approx(recall)
    assert answer["support"] == {"positives": 2, "negatives": 2}
    for name in ("precision", "recall"):
        low, high = answer["interval"][name]
        assert low <= answer[name] <= high
        assert low < high


@pytest.mark.parametrize(
    ("query", "code", "said"),
    [
        ("label=scam", "unknown_label", "it judges rumour, low_quality.ad_spam"),
        ("label=low_quality", "unknown_label", "it judges"),
        ("label=%00", "unknown_label", ""),
        ("maximise=f1", "invalid_request", ""),
        ("label=rumour&maximise=recall", "invalid_request", "takes one condition"),
        ("label=rumour&maximise=recall&recall=0.5", "invalid_request", "another kind"),
        ("label=rumour&maximise=f1&recall=0.5&precision=0.1", "invalid_request", "one condition"),
        ("label=rumour&maximise=speed", "invalid_request", ""),
        ("label=rumour&precision=1.5", "invalid_request", ""),
        ("label=rumour&precision=nan", "invalid_request", ""),
    ],
)
def test_refused(client: TestClient, query: str, code: str, said: str) -> None:
    response = client.get(f"/release/thresholds?{query}")
    assert (response.status_code, response.json()["code"]) == (422, code)
    assert said in response.json()["detail"]
