"""Texts of the community rules' endpoints."""

from __future__ import annotations

TAG = "社群规范 Community rules"
LIST_SUMMARY = "社群规范 The community rules"
LIST_DESCRIPTION = """\
判定所引用的规则：什么不可以、什么可以、会怎样处理，以及成员的权利和义务。

The rules that decisions cite, in Chinese with an English summary.
"""
ONE_SUMMARY = "一条规范 One community rule"
ONE_DESCRIPTION = """\
按编号取一条，例如 R2；给出某一款的编号（R2.1）时返回它所在的整条。

One rule by its number; a clause's number gives the rule it stands in.
"""
ID = "规范编号，如 R2 或 R2.1。"
ENGLISH = "英文一句话概括。"
LABELS = "违反时会命中的标签。The labels whose flags cite this rule."
EVIDENCE = "除模型外，哪些命中也引用本条：words 词表，debunks 辟谣库。"
MEASURE = "会怎样处理。What happens."
RIGHTS = "成员的权利：理由、条款、申诉、期限。"
DUTIES = "成员的义务。"
PLACES = "公众号文章、评论、群聊各自要留意什么。"
