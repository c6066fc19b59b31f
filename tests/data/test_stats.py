from __future__ import annotations

from data.stats import SourceStats, stats
from tests.data.made import example


def test_sources_are_counted_one_by_one() -> None:
    found = stats(
        [
            example("一二三", source="b", register="weibo", labels={"rumour": 1, "abuse": 0}),
            example("一二三四五", source="b", register="sms", labels={"rumour": 1}, title="一二"),
            example("一", source="a", labels={}),
            example("一", source="b", register="weibo", labels={"rumour": 0}),
        ]
    )
    assert list(found) == ["b", "a"]
    assert found["b"].examples == 3
    assert found["b"].registers == {"weibo": 2, "sms": 1}
    assert found["b"].labels == {"rumour": [1, 2], "abuse": [1, 0]}
    assert found["b"].median_length == 3
    assert found["a"].labels == {}


def test_the_dates_of_a_source() -> None:
    dates = ["2021", None, "2019-05", "2020-01-02"]
    found = stats(example(date=date) for date in dates)["made"]
    assert (found.dated, found.first_date, found.last_date) == (3, "2019-05", "2021")


def test_nothing_has_no_length() -> None:
    assert SourceStats().median_length == 0
    assert stats([]) == {}
