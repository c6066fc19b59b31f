"""Texts of the record: receipts, replays and reviewers' verdicts."""

from __future__ import annotations

from typing import Any

TAG = "判定记录 Decisions"

RECEIPT_SUMMARY = "一次判定的凭据 The receipt of a decision"
RECEIPT_DESCRIPTION = """\
判了什么、何时判的、用的哪些版本、结果如何、复核员怎么看。

留存方式为 fingerprint 时没有正文和标题，理由也不引用原文，只有带密钥的指纹。

What was scored, with which versions, what came out, and what a reviewer found.
"""
REPLAY_SUMMARY = "重放：用现在的版本再判一次 Score again and explain every difference"
REPLAY_DESCRIPTION = """\
用留存的原文，按现在的模型、策略、词表、规则和辟谣库再判一次，并列出每一处不同：先是版本（原因），
再是分数和命中，最后是处理建议、理由和辟谣（结果）。重放不留记录，也不改变原来的判定。

同一模型、同一精度下，分数相差不超过 0.005 视为相同。没有留存原文的判定无法重放，返回 409。

Scores the stored text with what is served now; nothing is recorded.
"""
VERDICT_SUMMARY = "复核员的结论 A reviewer's verdict"
VERDICT_DESCRIPTION = """\
`verdict` 与 `labels` 至少填一样。标签写 `rumour`、`low_quality.ad_spam` 或短名 `ad_spam`，
1 为成立，0 为不成立。每次都新增一条、从不覆盖；凭据里显示最近的一条。

Every verdict is kept; the receipt shows the latest.
"""
LIST_SUMMARY = "列出判定 List decisions"
LIST_DESCRIPTION = """\
最新的在前。`next` 是下一页的 `cursor`，没有下一页时为 null。时间写 RFC 3339 并带时区；网址里的 `+`
要写成 `%2B`。

Newest first, in pages; filters may be combined.
"""

ID = "判定编号，即 /score 返回的 decision_id。"
RECORDED_AT = "判定时间（UTC）。"
KEY_ID = "发起请求的密钥编号；本机开放访问时为 null。"
STORE = "留存方式：text 留原文，fingerprint 只留带密钥的指纹。"
FINGERPRINT = "归一化后文本的 HMAC-SHA-256 指纹（十六进制），无密钥不可反查。"
ERASED_AT = "个人数据被删除的时间；未删除为 null。"
VERDICT = "复核员最近的结论；没有则为 null。"
VERSIONS = "参与判定的全部版本。"
CALIBRATION = "校准参数的指纹。"
VERDICT_VALUE = "复核员认为应当：pass 放行，review 继续复核，block 拦截。"
VERDICT_LABELS = "各标签是否成立：1 成立，0 不成立。"
VERDICT_NOTE = "附注，最多 2,000 字；不要写个人信息。"
THEN = "当时的结果。"
NOW = "现在的结果。"
CHANGED = "每一处不同；没有不同则为空。"
PART = "哪一部分，如 release、policy.version、labels.rumour.score、suggestion。"
NEXT = "下一页的 cursor；没有下一页为 null。"
CURSOR = "上一页给出的 next。"
LIMIT = "一页最多几条，1 到 200。"
SINCE = "此时及之后的判定。"
UNTIL = "此时之前的判定。"
SUGGESTION = "只列给出这种处理建议的。"
LABEL = "只列命中该标签的；`rumour`、`low_quality.ad_spam` 或短名。"
AUTHOR_ID = "只列该作者的。"
CHANNEL = "只列该体裁的。"
FLAGGED = "true：只列命中了标签的；false：只列没有命中的。"

EXAMPLE_ID = "01KAMZ6E1BD0VYJ7T0D8Q3M4XP"
EXAMPLE_VERDICT: dict[str, Any] = {
    "verdict": "pass",
    "labels": {"rumour": 0},
    "note": "物业确有停水通知",
}
