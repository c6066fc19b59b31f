"""What a hit of a rule says, and where it stands."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import pytest

from service.rule.contact import mask
from service.rule.service import RuleBook
from service.score.evidence import Hit
from tests.service.posts import read

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def match(text: str, title: str = "") -> list[Hit]:
    return RuleBook().match(read(text, title), None, NOW)


def test_an_ordinary_post_has_no_hit() -> None:
    assert match("周末打算去植物园看荷花，有人一起吗？") == []


def test_flood_means_the_whole_text() -> None:
    text = "还我押金！" * 12
    (hit,) = match(text, title="投诉")
    assert (hit.code, hit.label, hit.source, hit.kind) == ("rule.flood", "flood", "rule", None)
    assert (hit.field, hit.start, hit.end, hit.text) == ("text", 0, len(text), text)
    assert "还我押金" in hit.note
    assert "12" in hit.note


def test_bait_points_at_the_demand_as_it_was_sent() -> None:
    text = "亲们注意啦！轉發到３个群即可领红包，快"
    (hit,) = match(text)
    assert (hit.code, hit.label) == ("rule.engagement_bait", "engagement_bait")
    assert hit.text == text[hit.start : hit.end]
    assert hit.text.startswith("轉發")
    assert hit.read_as.startswith("转发到3个群")
    assert "诱导" in hit.note


def test_bait_may_stand_in_the_title() -> None:
    title = "集满38个赞送电影票"
    (hit,) = match("活动到周日为止，地点在二楼前台，大家路过看看。", title=title)
    assert hit.field == "title"
    assert title[hit.start : hit.end] == hit.text


def test_contacts_are_told_without_a_label_and_masked() -> None:
    text = "联系电话１３８００１３８０００，或看 https://example.com/a"
    phone, link = match(text)
    assert {phone.code, link.code} == {"rule.contact"}
    assert phone.label is None
    assert text[phone.start : phone.end] == phone.text == "１３８００１３８０００"
    assert phone.read_as == "13800138000"
    assert "13800138000" not in phone.note
    assert "138*****000" in phone.note
    assert text[link.start : link.end] == link.text == "https://example.com/a"
    assert "/a" not in link.note


@pytest.mark.parametrize(
    "value", ["13800138000", "a@b.cn", "abc123", "https://example.com", "12345"]
)
def test_a_mask_hides_enough(value: str) -> None:
    masked = mask(value)
    assert "**" in masked
    shown = [part for part in re.split(r"\*+", masked) if part]
    assert sum(map(len, shown)) <= 6


def test_an_address_does_not_hide_a_second_contact() -> None:
    codes = [hit.note[2:4] for hit in match("QQ 12345678 电话 13900001111 邮箱 ab@example.com")]
    assert codes == ["QQ", "手机", "邮箱"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "转" * 20_000,
        "转发分享" * 5_000,
        "1" * 20_000,
        "a." * 10_000,
        "转发1" * 6_000,
        "qq" * 10_000,
        "加微信" * 6_000,
        "集赞" * 10_000,
        "[a]" * 6_000,
        "转发朋友圈" * 4_000,
        "转发朋友圈可领" * 2_500,
        "关注可领" * 5_000,
        "收到必须" * 5_000,
        "不转发" * 6_000,
        "请转发给3个群" * 2_500,
        "a.b@c." * 3_000,
        "微信号:a" * 3_000,
        "凑字数" * 6_000,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    fields = read(text)
    start = time.process_time()
    RuleBook().match(fields, "a", NOW)
    assert time.process_time() - start < 2


def test_the_version_is_stable() -> None:
    assert RuleBook().version == RuleBook().version
    assert re.fullmatch(r"[0-9a-f]{12}", RuleBook().version)
