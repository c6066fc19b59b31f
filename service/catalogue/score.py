"""Texts of POST /score: what its fields mean, and what reasons say."""

from __future__ import annotations

from collections.abc import Sequence

from models.labels import CHINESE_NAMES

REASON_CODE = (
    "理由的代码，固定不变：model.标签、word.词表、rule.标签，"
    "debunk.confirmed、debunk.suggested 或 debunk.quoted（本帖是在引用或辟谣，不算散布）。"
)
REASON_RULE = "所引社群规范的条款编号，如 R2；策略没有指明时为 null。"
REASON_SOURCE = "来自哪里：model 模型，word 词表，rule 规则，debunk 辟谣库。"
REASON_FIELD = "在标题还是正文里。"
REASON_START = "起点，按送来的原文计的 Unicode 码点。First code point of the field as sent."
REASON_END = "终点（不含）。"
REASON_TEXT = "原文中的这一段，等于该字段的 [start, end)。"
REASON_READ_AS = "归一化之后读作什么。What it was read as."
REASON_WEIGHT = (
    "分量。model：把该标签的各段理由一起删去后概率下降多少，按各自的作用分摊，同一标签相加即总降幅；"
    "word 与 rule：1 表示起了作用，0 表示放行词在场而没有用上；debunk：相似度。"
)
REASON_NOTE = "给人看的说明。For people."
VERDICT = "查证结论：false 不实，misleading 误导，unproven 未证实，true 属实。"
MATCH = "confirmed 字句几乎相同或语义十分接近，suggested 可能相关。"
SIMILARITY = "相似度，0 到 1。"
AS_OF = "查证结论截至的日期。"

# Characters of a claim that a note shows.
MOST_SHOWN = 60

_DEBUNKED = {
    "confirmed": "与辟谣库中的说法一致：{claim}",
    "suggested": "可能与辟谣库中的说法有关：{claim}",
    "quoted": "本帖在引用、询问或辟谣，不当作散布：{claim}",
}
TRANSFORMS = {
    "abbreviation": "缩写",
    "confusable": "形近字符",
    "emoji": "表情或圈字",
    "homophone": "谐音",
    "martian": "火星文",
    "number": "变体数字",
    "pinyin": "拼音",
    "separator": "夹杂符号",
    "shape": "拆字",
}


def change_note(written: str, reads: str, transforms: Sequence[str]) -> str:
    """Say how a disguise was read, and which transforms of the normaliser undid it."""
    names = "、".join(TRANSFORMS[name] for name in transforms if name in TRANSFORMS)
    return f"“{written}”读作“{reads}”（{names}）"


def clause_note(label: str) -> str:
    """Say what a clause did for a label (short name)."""
    name = CHINESE_NAMES.get(label, label)
    return f"模型判为“{name}”所依据的一段。"


def debunk_note(kind: str, claim: str) -> str:
    """Say how a debunk answers a post; `kind` is confirmed, suggested or quoted.

    Of a long claim the beginning is enough: `debunks` has all of it.
    """
    shown = claim if len(claim) <= MOST_SHOWN else f"{claim[:MOST_SHOWN]}…"
    return _DEBUNKED[kind].format(claim=shown)
