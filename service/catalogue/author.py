"""Texts of the removal of personal data."""

from __future__ import annotations

TAG = "个人数据 Personal data"
SUMMARY = "删除某作者的数据 Remove a person's data"
DESCRIPTION = """\
删除该作者所有判定中的正文、标题、指纹、帖子编号、作者编号和发布时间，理由里引用的原文，复核员的附注，
以及针对该作者帖子的反馈；该作者提交的反馈去掉提交者。分数、标签和版本留作无法对应到人的统计。

可以重复调用；没有可删的也返回凭据，数目为 0。保存下来的凭据只含作者编号的带密钥哈希。

Removes stored texts and ids; scores and versions stay as anonymous statistics.
"""
AUTHOR_ID = "作者编号，即 /score 中的 author_id；网址中须编码。"
RECEIPT_ID = "删除凭据的编号。"
DELETED_AT = "删除时间（UTC）。"
REMOVED = (
    "各类删除的数目：decisions 判定，texts 正文，titles 标题，fingerprints 指纹，"
    "item_ids 帖子编号，verdict_notes 复核附注，feedback 反馈，feedback_sent 去掉提交者的反馈。"
)
