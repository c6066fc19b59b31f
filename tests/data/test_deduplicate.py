from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from data.deduplicate import Clusters, deduplicate, key_of
from data.schema import Example
from tests.data.made import as_it_is, example, words

LONG = words("long", 60)
NEAR = LONG[:-1] + "尾"
RELATED = LONG[:46] + words("else", 14)


def posts(*fields: tuple[str, dict[str, Any]]) -> list[Example]:
    return [example(text, id=f"{i}", **other) for i, (text, other) in enumerate(fields)]


def ids(examples: list[Example]) -> list[str]:
    return [post.id for post in examples]


def test_equal_posts_of_two_sources_become_one_with_the_labels_of_both() -> None:
    found = deduplicate(
        posts(
            ("今天天气不错", {"source": "a", "labels": {"rumour": 0}}),
            ("另外一条", {"source": "a"}),
            ("今天，天气不错！", {"source": "b", "labels": {"abuse": 1, "rumour": 0}}),
        ),
        as_it_is,
    )
    assert ids(found.examples) == ["0", "1"]
    assert found.examples[0].text == "今天天气不错"
    assert found.examples[0].labels == {"rumour": 0, "abuse": 1}
    assert found.drops == {"exact_duplicate": 1}
    assert found.dropped_from == {"a": {}, "b": {"exact_duplicate": 1}}


def test_equal_means_as_the_normaliser_reads_it() -> None:
    same = posts(("ＡＢＣ", {}), ("abc", {}))
    assert len(deduplicate(same, lambda text: text.replace("ＡＢＣ", "ABC")).examples) == 1
    assert len(deduplicate(same, lambda text: text.encode("utf-8").hex()).examples) == 2


def test_a_label_that_equal_posts_dispute_is_dropped_alone() -> None:
    found = deduplicate(
        posts(
            ("同一句话", {"labels": {"rumour": 1, "abuse": 0}}),
            ("同一句话", {"labels": {"rumour": 0, "porn": 0}}),
            ("同一句话", {"labels": {"rumour": 1}}),
        ),
        as_it_is,
    )
    assert [post.labels for post in found.examples] == [{"abuse": 0, "porn": 0}]


def test_a_post_whose_every_label_is_disputed_is_dropped_as_that() -> None:
    found = deduplicate(
        posts(
            ("同一句话", {"source": "a", "labels": {"rumour": 1}}),
            ("同一句话", {"source": "b", "labels": {"rumour": 0}}),
            ("别的话", {}),
        ),
        as_it_is,
    )
    assert ids(found.examples) == ["2"]
    assert found.dropped_from["a"] == {"label_conflict": 1}
    assert found.dropped_from["b"] == {"exact_duplicate": 1}


def test_the_dispute_of_later_posts_is_not_kept_without_labels() -> None:
    found = deduplicate(
        posts(
            ("同一句话", {"labels": {}}),
            ("同一句话", {"labels": {"rumour": 0}}),
            ("同一句话", {"labels": {"rumour": 1}}),
        ),
        as_it_is,
    )
    assert found.examples == []
    assert found.drops == {"exact_duplicate": 2, "label_conflict": 1}


def test_a_near_duplicate_is_dropped_and_the_earlier_post_stays() -> None:
    found = deduplicate(posts((LONG, {"source": "a"}), (NEAR, {"source": "b"})), as_it_is)
    assert ids(found.examples) == ["0"]
    assert found.dropped_from == {"a": {}, "b": {"near_duplicate": 1}}


def test_related_posts_stay_in_one_cluster() -> None:
    found = deduplicate(posts((LONG, {}), (words("apart"), {}), (RELATED, {})), as_it_is)
    assert ids(found.examples) == ["0", "1", "2"]
    assert found.clusters[0] == found.clusters[2] != found.clusters[1]


def test_short_posts_that_resemble_each_other_stay() -> None:
    found = deduplicate(posts(("加我微信领红包", {}), ("加我微信领红酒", {})), as_it_is)
    assert len(found.examples) == 2
    assert len(set(found.clusters)) == 2


def test_posts_under_different_titles_are_different_posts() -> None:
    body = "正文在此"
    found = deduplicate(
        posts(
            (body, {"title": "震惊，不看后悔", "labels": {"clickbait": 1}}),
            (body, {"title": "本周菜价", "labels": {"clickbait": 0}}),
            (f"本周菜价\n{body}", {"labels": {"abuse": 0}}),
        ),
        as_it_is,
    )
    assert ids(found.examples) == ["0", "1"]
    assert found.examples[1].labels == {"clickbait": 0, "abuse": 0}


def test_posts_of_other_scripts_are_told_apart() -> None:
    texts = ("Привет 1", "Пока 1", "すごい1", "やばい1", "안녕1", "🙂", "🙁")
    assert len({key_of(text) for text in texts}) == len(texts)


def test_punctuation_and_case_do_not_tell_posts_apart() -> None:
    assert key_of("加 V：abc！") == key_of("加v，ABC")
    assert key_of("……") != key_of("！！")


def test_given_clusters_are_kept_together() -> None:
    found = deduplicate(
        posts(
            (words(1), {"cluster": 7}),
            (words(2), {"cluster": 8}),
            (words(3), {"cluster": 7}),
            (words(4), {}),
            (words(5), {}),
        ),
        as_it_is,
    )
    first, other, second, *alone = found.clusters
    assert first == second
    assert len({first, other, *alone}) == 4


def test_a_given_cluster_survives_the_merge_of_its_post() -> None:
    found = deduplicate(
        posts((words(1), {}), (words(1), {"cluster": 7}), (words(2), {"cluster": 7})), as_it_is
    )
    assert ids(found.examples) == ["0", "2"]
    assert len(set(found.clusters)) == 1


def test_a_near_duplicate_that_is_dropped_still_links_its_cluster() -> None:
    found = deduplicate(
        posts((LONG, {}), (NEAR, {"cluster": 7}), (words(2), {"cluster": 7})), as_it_is
    )
    assert ids(found.examples) == ["0", "2"]
    assert len(set(found.clusters)) == 1


def test_progress_sees_the_posts_that_are_compared() -> None:
    seen: list[int] = []

    def watch(steps: Any) -> Any:
        for step in steps:
            seen.append(step)
            yield step

    deduplicate(posts((words(1), {}), ("短", {}), (words(2), {})), as_it_is, watch)
    assert len(seen) == 2


def test_union_find_joins_transitively() -> None:
    clusters = Clusters(6)
    for first, second in ((4, 5), (1, 4), (2, 3)):
        clusters.join(first, second)
    assert [clusters.find(i) for i in range(6)] == [0, 1, 2, 2, 1, 1]


TEXTS = ["一", "一！", "二", "！", LONG, LONG + "。", NEAR, RELATED, words(1), words(2)]
POSTS = st.lists(
    st.fixed_dictionaries(
        {
            "text": st.sampled_from(TEXTS),
            "source": st.sampled_from("abc"),
            "labels": st.dictionaries(
                st.sampled_from(["rumour", "abuse"]), st.integers(0, 1), min_size=1
            ),
            "cluster": st.none() | st.integers(1, 3),
        }
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(POSTS)
def test_every_post_is_kept_or_counted(fields: list[dict[str, Any]]) -> None:
    examples = [example(**values, id=f"{i}") for i, values in enumerate(fields)]
    found = deduplicate(examples, as_it_is)
    read = Counter(post.source for post in examples)
    kept = Counter(post.source for post in found.examples)
    for source, count in read.items():
        assert kept[source] + sum(found.dropped_from[source].values()) == count
    assert sum(found.drops.values()) == len(examples) - len(found.examples)
    assert len(found.clusters) == len(found.examples)

    keys = [key_of(post.text) for post in found.examples]
    assert len(set(keys)) == len(keys)
    if set(found.drops) <= {"exact_duplicate"}:  # else a conflict or a near-duplicate took its key
        assert set(keys) == {key_of(post.text) for post in examples}
    known = {(key_of(e.text), n, v) for e in examples for n, v in e.labels.items()}
    for post in found.examples:
        assert post.labels
        key = key_of(post.text)
        assert {(key, name, value) for name, value in post.labels.items()} <= known
        assert not {(key, name, 1 - value) for name, value in post.labels.items()} & known
