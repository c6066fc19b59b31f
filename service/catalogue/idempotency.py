"""Texts of the header Idempotency-Key."""

from __future__ import annotations

HEADER = (
    "重复发送时用来认出同一个请求的编号，1 到 128 个可见 ASCII 字符，建议用随机 UUID。"
    "同一编号、同一内容再次发来，原样返回第一次的回答（带 `Idempotent-Replay: true`）；"
    "内容不同则返回 409。Names a request, so that sending it twice works on it once."
)
