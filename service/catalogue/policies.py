"""Texts of policies, community rules and thresholds."""

from __future__ import annotations

from typing import Any

TAG = "策略 Policies"

LIST_SUMMARY = "全部策略 All policies"
LIST_DESCRIPTION = """\
名称、版本、来源，以及写错的策略文件错在哪一行。

Every policy in force, with its origin, and what is wrong with files that could not be read.
"""
GET_SUMMARY = "一个策略 One policy"
GET_DESCRIPTION = """\
策略原文，以及针对当前模型解析出的每个阈值：由哪句要求得来、
在留出数据上的精确率、召回率和 95% 区间。

The policy with every threshold resolved against the release that is served.
"""
PUT_SUMMARY = "新建或修改策略 Make or change a policy"
PUT_DESCRIPTION = """\
请求体是 YAML（`application/yaml`）或 JSON（`application/json`），不超过 64 KiB。
写得不对会返回 422，逐处指出位置；YAML 还会给出行号和列号。原来的策略不受影响。
每个版本都会保留。与自带策略同名时覆盖自带的，删除之后恢复。

YAML or JSON; a wrong one is refused with the line of each fault and changes nothing.
"""
DELETE_SUMMARY = "删除策略 Remove a policy"
DELETE_DESCRIPTION = """\
删除通过接口保存的策略；若覆盖了自带策略，则恢复自带的。历史版本仍可查。

Removes a stored policy; what it covered comes back. Its versions stay.
"""
VERSIONS_SUMMARY = "策略的全部版本 All versions of a policy"
VERSIONS_DESCRIPTION = "从新到旧。判定记录里的版本号可以在这里查到。Newest first."
VERSION_SUMMARY = "策略的某个版本 One version of a policy"
VERSION_DESCRIPTION = (
    "该版本的原文，以及按当前模型解析的结果。As it was, resolved for this release."
)
THRESHOLDS_SUMMARY = "按要求求阈值 The threshold for a wish"
THRESHOLDS_DESCRIPTION = """\
例：`label=rumour&maximise=recall&precision=0.9` 求“精确率不低于 0.9 时召回率最高”的阈值；
`maximise=precision&recall=0.8`、`maximise=f1`、`maximise=recall&false_alarms=0.01` 亦可。
返回阈值、精确率、召回率、95% 区间和样本数。达不到时返回 422，并说明最好能到多少。

Chosen and measured on the same held-out posts, so slightly optimistic.
"""

NAME = "策略名；可省略，省略时取网址里的名字。Must be the name in the address where it is given."
THRESHOLD = (
    "阈值：数字、一句要求，或 release（模型自带的阈值）；省略则沿用上一层的。"
    "A number, a sentence, or `release`."
)
BLOCK_AT = (
    "第二个阈值：分数达到它就拦截，只达到 threshold 时按 suggestion 处理；不得低于 threshold。"
    "A second threshold from which the post is blocked."
)
RULE = "引用的社群规范编号，见 `GET /rules`。The community rule that is cited."
ACTION = "命中后的处理建议：pass 只标记，review 人工复核，block 拦截。"
ENABLED = "是否启用；停用的标签照样列出，但永不命中。A label that is off is never flagged."
LISTS = "使用哪些词表；all 为全部。Names of word lists, or all."
ALLOW = "白名单词的作用：covers 只抵消它所覆盖的词表命中；excuses 还会使模型的命中不影响处理建议。"
LABELS = "按标签的做法；标签名可带或不带 low_quality. 前缀。"
OVERALL = "对“任一低质标签成立的概率”（scores.low_quality）的做法；省略则不看。"
STORE = "判定记录保存什么：text 原文，fingerprint 仅带密钥的指纹，none 都不存。"
DAYS = "从哪几天开始；跨过午夜的时段按开始那天算。"
CHANNELS = "对某些体裁（channel）的不同做法。Changes for posts of a channel."
SCHEDULES = "分时段的做法；第一个符合的生效。The first that holds applies."
ORIGIN = "来源：shipped 自带，folder 来自 MINGJIAN_POLICIES 文件夹，store 通过接口保存。"
VERSION = "内容的短哈希；内容相同则版本相同。A short hash of the content."
WRITTEN = "阈值是怎么写的：数字、句子，或 release。As the policy says it."
FAULTS = (
    "不能照办之处：阈值做不到时用模型自带的，词表还不存在时不命中。"
    "What could not be done as written."
)
FILE_FAULTS = "不能用的策略文件；仍在使用上一个正确的版本。"
SCHEDULE_NOW = "此刻生效的时段；没有则为 null。The schedule that holds now."
APPLIED = "逐一列出每个体裁、每个时段实际采用的做法；第一项是基本做法。The base comes first."
CREATED = "新建了一个策略。A policy was made."
AFTER_REMOVAL = "删除之后同名的策略（自带的或文件里的）；没有则为 null。"
POLICY_NAME = "策略名：小写字母、数字、- 和 _。"
POLICY_VERSION = "版本号，见判定记录或版本列表。"
SOURCE = "保存时的原文，注释也在内。The text as it was sent, comments included."
DECIDED_BY = "谁保存的（密钥编号）；没有密钥时为 null。"
LABEL_PARAMETER = "标签名，带不带 low_quality. 前缀都可以；low_quality 为总体低质。"
MAXIMISE = "要最大化什么。What should be greatest."
LEAST_PRECISION = "精确率至少是多少。"
LEAST_RECALL = "召回率至少是多少。"
MOST_FALSE_ALARMS = "误报率（正常帖被命中的比例）至多是多少。"

EXAMPLE: dict[str, Any] = {
    "description": "评论区从严",
    "labels": {
        "rumour": {"threshold": "recall at precision >= 0.9", "suggestion": "review", "rule": "R2"},
        "low_quality.fraud": {"threshold": 0.6, "block_at": "false alarms <= 0.001", "rule": "R4"},
        "clickbait": {"enabled": False},
    },
    "words": {"block": "block", "review": "review"},
    "debunks": {"confirmed": "review"},
    "schedules": [
        {
            "name": "深夜",
            "from": "23:00",
            "to": "07:00",
            "labels": {"low_quality.ad_spam": {"suggestion": "block"}},
        }
    ],
}
EXAMPLE_YAML = """\
description: 评论区从严
labels:
  rumour:
    threshold: recall at precision >= 0.9
    suggestion: review
    rule: R2
  low_quality.fraud: {threshold: 0.6, suggestion: review, block_at: 0.95}
words:
  block: block
schedules:
  - name: 深夜
    from: 23:00
    to: 07:00
    labels:
      low_quality.ad_spam: {suggestion: block}
"""
