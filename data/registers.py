"""Registers: the kinds of places a post is written in."""

from __future__ import annotations

REGISTERS: tuple[str, ...] = (
    "weibo",
    "comment",
    "chat",
    "sms",
    "review",
    "news_title",
    "wechat_title",
    "wechat",
    "article",
    "app",
    "claim",
    "call",
    "web",
    "qa_answer",
)
