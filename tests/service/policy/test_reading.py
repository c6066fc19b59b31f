"""Policies as they are written: what is accepted, and faults that name their line."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.errors import FieldError
from service.catalogue.policies import EXAMPLE, EXAMPLE_YAML
from service.policy.errors import InvalidPolicy
from service.policy.reading import draft_of, read_policy

WRONG = """\
name: Bad Name
descripton: x
labels:
  rumour: {threshold: 1.5, sugestion: review}
  ad_spam: {threshold: recall at precision > 0.9}
  fraud: 3
  Weird Label!: {enabled: maybe}
  abuse: {suggestion: delete, rule: 2}
words: {lists: [1], block: stop, allow: maybe}
channels: {tiktok: {labels: {}}}
store: maybe
schedules:
  - name: 夜
    from: 25:00
    to: 7
    timezone: Mars/Base
    days: [monday]
  - 3
"""
FAULTS = [
    ("/name", "does not match", 1),
    ("/descripton", "did you mean description?", 2),
    ("/labels/rumour/threshold", "must be between 0 and 1", 4),
    ("/labels/rumour/sugestion", "did you mean suggestion?", 4),
    ("/labels/ad_spam/threshold", "say `recall at precision >= 0.9`", 5),
    ("/labels/fraud", "must hold named values", 6),
    ("/labels/Weird Label!", "no name of a label", 7),
    ("/labels/Weird Label!/enabled", "true or false", 7),
    ("/labels/abuse/suggestion", "'pass', 'review' or 'block'", 8),
    ("/labels/abuse/rule", "must be text", 8),
    ("/words/lists/0", "must be text", 9),
    ("/words/block", "'pass', 'review' or 'block'", 9),
    ("/words/allow", "'covers' or 'excuses'", 9),
    ("/channels", "'tiktok' is no channel", 10),
    ("/store", "'text', 'fingerprint' or 'none'", 11),
    ("/schedules/0/from", "no time of the day", 14),
    ("/schedules/0/to", "must be text", 15),
    ("/schedules/0/timezone", "no time zone", 16),
    ("/schedules/0/days/0", "'mon'", 17),
    ("/schedules/1", "must hold named values", 18),
]


@pytest.mark.parametrize(("pointer", "said", "line"), FAULTS)
def test_every_fault_names_its_place(pointer: str, said: str, line: int) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        read_policy(WRONG.encode())
    found = {fault.pointer: fault.detail for fault in caught.value.errors}
    assert len(found) == len(FAULTS)
    assert said in found[pointer]
    assert f"(line {line}, column" in found[pointer]


@pytest.mark.parametrize(
    ("written", "pointer", "said"),
    [
        ("labels:\n  rumour: {threshold: '0.8'}", "/labels/rumour/threshold", "no quotes"),
        ("labels:\n  rumour: {threshold: 90%}", "/labels/rumour/threshold", "no %"),
        ("labels:\n  rumour: {rule: r2}", "/labels/rumour/rule", "GET /rules lists them"),
        ("channels:\n  chat: {channels: {}}", "/channels/chat/channels", "at the top"),
        ("words:\n  threshold: 0.8", "/words/threshold", "where it belongs"),
    ],
)
def test_a_fault_says_what_to_write_instead(written: str, pointer: str, said: str) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        read_policy(written.encode())
    (fault,) = caught.value.errors
    assert fault.pointer == pointer
    assert said in fault.detail
    assert "(line 2, column" in fault.detail


@pytest.mark.parametrize("indent", ["  ", "\t"])
def test_json_names_its_lines_too(indent: str) -> None:
    written = f'{{\n{indent}"labels": {{\n{indent}"rumour": {{"threshold": 4}}}}}}'
    with pytest.raises(InvalidPolicy) as caught:
        read_policy(written.encode(), json=True)
    (fault,) = caught.value.errors
    assert "(line 3, column" in fault.detail
    assert read_policy(b'{"store": "text", "store": "none"}', json=True).document.store == "none"


def test_yaml_and_json_that_say_the_same_are_the_same_version() -> None:
    content = {"labels": {"rumour": {"threshold": 0.8}}, "store": "none"}
    written = b"# a note\nstore: none\nlabels:\n  rumour:\n    threshold: 0.8\n"
    assert read_policy(written).version == draft_of(content).version
    named = read_policy(b"name: mine\n" + written)
    assert named.version == draft_of(content).version
    other = {"labels": {"rumour": {"threshold": 0.81}}, "store": "none"}
    assert read_policy(written).version != draft_of(other).version


def test_the_examples_are_policies() -> None:
    assert read_policy(EXAMPLE_YAML.encode()).document.schedules[0].begin == "23:00"
    assert draft_of(EXAMPLE).document.labels["clickbait"].enabled is False


def test_what_was_written_is_kept() -> None:
    text = "# 为什么：见十月的讨论\nstore: none\n"
    assert read_policy(text.encode()).text == text


@pytest.mark.parametrize("content", [b"", b"[]", b"3", b"labels:", b"- a"])
def test_what_is_no_policy_is_refused(content: bytes) -> None:
    with pytest.raises(InvalidPolicy):
        read_policy(content)


@pytest.mark.parametrize(
    "value",
    [
        {"description": "\x00"},
        {"description": "\ud800"},
        {"\ud800": 1},
        {"labels": {"\ud800": {}}},
        {"words": {"lists": ["\x00"]}},
        {"schedules": [{"name": "\x01", "from": "1:00", "to": "2:00"}]},
        {"schedules": [{"name": "n", "from": "1:00", "to": "2:00", "timezone": "a\x00"}]},
        {"schedules": [{"name": "n", "from": "1:00", "to": "2:00", "timezone": "../etc"}]},
        {"labels": {"rumour": {"threshold": float("nan")}}},
        {"labels": {"rumour": {"threshold": True}}},
        {"labels": {"rumour": {"block_at": "release"}}},
        {"labels": {"rumour": {"threshold": 10**400}}},
    ],
)
def test_odd_characters_and_numbers_are_refused(value: object) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        draft_of(value)
    orjson.dumps([[fault.pointer, fault.detail] for fault in caught.value.errors])


NAMES = st.sampled_from(
    [
        "labels",
        "rumour",
        "threshold",
        "words",
        "lists",
        "schedules",
        "from",
        "x",
        "channels",
        "chat",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6)
    | st.sampled_from(["review", "best F1", "22:00", "all", "release"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_any_value_is_read_or_refused(value: object) -> None:
    faults = _faults(lambda: draft_of(value))
    assert faults is None or faults


def _faults(work: Callable[[], object]) -> tuple[FieldError, ...] | None:
    try:
        work()
    except InvalidPolicy as error:
        return error.errors
    return None
