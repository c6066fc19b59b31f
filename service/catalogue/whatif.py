"""Texts of what-ifs."""

from __future__ import annotations

from typing import Any

TAG = "推演 What-if"
SUMMARY = "换个策略会怎样 What if"
DESCRIPTION = """\
把改过的策略、词表或模型用到最近的判定记录上，看会多出、少掉哪些命中，复核量变成多少，
有人工结论的帖子上精确率和召回率各是多少（附 95% 区间）。什么都不会被改动。

- 只改策略不需要重新推理：分数都在记录里。
- `words` 或 `release` 只能用于保存了原文的帖子；
  `release` 至多 1,000 条，更多请用 `mingjian whatif`。
- `target` 反过来问：“每小时最多 40 条复核”，返回一个可以直接保存的策略。

Tries a changed policy, word list or release on recorded posts; nothing is changed by it.
"""
POLICY = "策略名，或策略内容；省略时每条帖子沿用它当时那个策略（现在的版本）。A name or a policy."
SAMPLE = "取最近多少条判定记录。The newest decisions to try it on."
OF_POLICY = "只看当时按这个策略判定的帖子。Only decisions made under this policy."
RELEASE = (
    "models/releases 中另一个模型的名称；会重新打分。Another release, which scores the posts again."
)
WORDS = "代替同名词表（没有则新增）的词表。A word list in the place of the one with its name."
TARGET = "反过来问：最多允许多少复核。Find the policy for so many reviews."
PER_HOUR = "每小时最多复核多少条。"
DECISION_ID = "判定记录编号。"
SNIPPET = "原文开头；没有保存原文时为 null。"
FLIPS = "处理建议发生变化的帖子，按“原来→现在”分组。"
NEWLY = "新命中的帖子。"
NO_LONGER = "不再命中的帖子。"
KNOWN = "有人工结论（复核结论或已放行的反馈）的帖子数。"
LOAD = "复核量。"
REVIEWS_PER_HOUR = "预计每小时复核条数；时间跨度太短、无法估计时为 null。"
INTERVAL = "95% 区间。"
BUSIEST = "样本中复核最多的那个小时有多少条。"
POSTS_PER_HOUR = "样本期间每小时的帖子数。"
RELEASES = "这些记录由哪些模型打分，各多少条。"
LEFT_OUT = "因为没有保存原文等原因没有参加推演的记录数。"
NOTES = "解读时要留意的地方。What to keep in mind."
SHIFT = "所有“复核”标签的阈值在对数几率上共同移动了多少；正数更宽松。"
YAML = "可以直接 PUT 的策略。Ready for PUT /policies/{name}."

NOTE_BIAS = (
    "人工结论多半来自被送去复核的帖子，因此召回率往往被高估。"
    "Most verdicts are on posts that were flagged, so recall is likely too high."
)
NOTE_RELEASES = (
    "有些记录由别的模型打分，它们的分数与当前阈值不完全可比。"
    "Some posts were scored by another release than the one that is served."
)
NOTE_SHORT = "记录的时间跨度太短，无法估计每小时的量。The posts span too short a time for a rate."

EXAMPLE: dict[str, Any] = {
    "policy": {"labels": {"rumour": {"threshold": "recall at precision >= 0.9"}}},
    "sample": 5000,
}
EXAMPLE_TARGET: dict[str, Any] = {"policy": "default", "target": {"reviews_per_hour": 40}}
