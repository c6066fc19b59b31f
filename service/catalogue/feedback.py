"""Texts of feedback."""

from __future__ import annotations

from typing import Any

TAG = "反馈 Feedback"

POST_SUMMARY = "报告正确的标签 Say what posts really are"
POST_DESCRIPTION = """\
一次 1 到 100 条。每条给出 `decision_id` 或 `text`（二者取一）和正确的标签：
1 是，0 不是，不确定的不要写。
反馈与判定记录分开存放，先隔离，由有 review 权限的人放行之后才会导出作训练数据。
任何一条有误则整个请求返回 422，什么也不存。

Feedback is kept apart from decisions and quarantined until somebody with the review scope releases
it. One fault refuses the whole request, and nothing of it is stored.
"""
LIST_SUMMARY = "查看反馈 List feedback"
LIST_DESCRIPTION = """\
从新到旧，可按状态筛选；把 `next` 填进 `before` 就是下一页。
`similar` 列出同一条或几乎相同的帖子上的其他反馈，`conflicts` 指出与之矛盾的标签。

Newest first. `similar` shows other feedback on the same or nearly the same post.
"""
REVIEW_SUMMARY = "放行或驳回反馈 Release or reject feedback"
REVIEW_DESCRIPTION = """\
`released` 放行，之后会被导出；`rejected` 驳回。可以改判，以最后一次为准。

Released feedback is exported; a later review replaces an earlier one.
"""
EXPORT_SUMMARY = "导出训练数据 Export Examples"
EXPORT_DESCRIPTION = """\
已放行的反馈，每行一个 Example（JSONL），按放行时间排序；
存成文件就可以交给 `mingjian data check` 和 `mingjian train --data`。

Released feedback as JSON lines, ready for `mingjian train`.
"""
EXPORTED = "每行一个 Example。One Example a line."
ITEMS = "反馈，1 到 100 条。"
DECISION_ID = "判定记录的编号；帖子正文取自该记录。The decision whose post is meant."
TEXT = "帖子正文，没有判定记录时填写，1 到 20,000 字。The post, where there is no decision."
TITLE = "帖子标题，随 text 填写，最多 200 字。"
CHANNEL = "帖子的体裁或来源，随 text 填写；有判定记录时取自记录。"
AUTHOR_ID = (
    "帖子作者的编号，随 text 填写，1 到 256 字；有判定记录时取自记录。"
    "填了才能由 `DELETE /authors/{id}/data` 找到并删除。"
    "Whose post it is; removing that author's data removes the feedback."
)
LABELS = (
    "正确的标签：标签名 → 1（是）或 0（不是）。可以用模型没有的 `low_quality.名称`，留待训练。"
    "Labels by their public names; names that no release knows yet are welcome."
)
NOTE = "说明，最多 2,000 字。"
BY = "谁说的，例如审核员的工号，最多 256 字。Who says so."
IDS = "反馈的编号，与发来的顺序一致。"
STATE = "quarantined 隔离，released 已放行，rejected 已驳回。"
STATE_FILTER = "只看某种状态；不填则全部。"
LIMIT = "一页几条，1 到 200。"
BEFORE = "上一页的 `next`。"
NEXT = "还有更旧的反馈时，填进 `before` 即得下一页；没有则为 null。"
SINCE = "只导出此时刻及之后放行的，RFC 3339，须带时区。"
SIMILAR = "同一条或几乎相同的帖子上的其他反馈，最多 5 条。"
SIMILARITY = "共同的三字片段所占的比例，1 为完全相同。"
CONFLICTS = "两条反馈互相矛盾的标签。"
KEY_ID = "发来这条反馈的密钥编号；本机开放访问时为 null。"
REVIEWED_BY = "放行或驳回者的密钥编号；本机开放访问时为 null。"

EXAMPLE_ID = "01KAMZ7Q3N9C4T8V2W5X6Y0ZAB"
EXAMPLE_REQUEST: dict[str, Any] = {
    "items": [
        {
            "text": "本周六上午社区中心有免费义诊，带上身份证和既往病历就行。",
            "labels": {"rumour": 0, "low_quality.ad_spam": 0},
            "note": "社区的正式通知",
            "by": "审核员07",
        }
    ]
}
EXAMPLE_CREATED: dict[str, Any] = {"ids": [EXAMPLE_ID]}
EXAMPLE_REVIEW: dict[str, Any] = {"state": "released", "note": "已核对通知原文"}
EXAMPLE_LINE = (
    '{"id":"feedback-01KAMZ7Q3N9C4T8V2W5X6Y0ZAB","source":"feedback","register":"wechat",'
    '"text":"本周六上午社区中心有免费义诊，带上身份证和既往病历就行。",'
    '"labels":{"rumour":0,"ad_spam":0},"date":"2026-11-22"}\n'
)
