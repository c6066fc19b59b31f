"""What the rules say to reviewers and members."""

from __future__ import annotations

import re

CONTACTS = {
    "phone": "手机号",
    "landline": "电话号码",
    "qq": "QQ 号",
    "group": "群号",
    "wechat": "微信号",
    "telegram": "Telegram 账号",
    "email": "邮箱",
    "url": "网址",
}
BAIT = {
    "share_reward": "以奖励换取转发或分享",
    "likes": "要求集赞换取奖励",
    "engage_reward": "以奖励换取关注、点赞、评论或转发",
    "follow_reward": "以奖励换取关注",
    "guilt": "用道德或身份逼人转发",
    "fortune": "用好运或厄运逼人转发",
    "quota": "要求转发给一定数量的群或人",
}


def repetition(unit: str, times: int) -> str:
    """Say which words are repeated and how often."""
    return f"灌水：“{unit}”重复约 {times} 次，几乎没有别的内容。"


def repeated_phrases(share: float) -> str:
    """Say how much of a post is repeated phrases."""
    return f"灌水：同样的词句反复出现，约 {share:.0%} 的内容是重复。"


def run(character: str, times: int) -> str:
    """Say which character fills the post."""
    return f"灌水：单个字符“{character}”连续 {times} 次，占满全文。"


def gibberish(piece: str) -> str:
    """Say that a post is random keys."""
    return f"灌水：像是随手乱按键盘（“{piece}”），读不出内容。"


def filler(phrase: str) -> str:
    """Say that a post only fills space."""
    return f"灌水：只是为了凑字数、赚积分（“{phrase}”），没有别的内容。"


_BURST = re.compile(
    r"灌水：(?:同一作者 )?\d+ 分钟内(?:第| \d+ 个账号共) \d+ 次发布几乎相同的内容。"
)


def is_burst(note: str) -> bool:
    """Tell whether a reason of flood says how often, which a post alone cannot tell."""
    return _BURST.fullmatch(note) is not None


def burst_of_author(times: int, minutes: int) -> str:
    """Say how often an author posted nearly the same."""
    return f"灌水：同一作者 {minutes} 分钟内第 {times} 次发布几乎相同的内容。"


def burst_of_many(times: int, authors: int, minutes: int) -> str:
    """Say how often several authors posted nearly the same."""
    return f"灌水：{minutes} 分钟内 {authors} 个账号共 {times} 次发布几乎相同的内容。"


def bait(kind: str) -> str:
    """Say how a post asks for shares, likes or follows."""
    return f"诱导分享或关注：{BAIT[kind]}。"


def contact(kind: str, masked: str) -> str:
    """Say which contact a post holds, without telling it."""
    return f"出现{CONTACTS[kind]}（{masked}）。仅作提示，不单独构成违规。"
