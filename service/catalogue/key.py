"""Texts of API keys."""

from __future__ import annotations

SCHEME = (
    "请求头 `Authorization: Bearer 密钥`，密钥由 `mingjian keys create 名称` 生成。"
    "服务只监听本机地址时可以不带。权限分 score、review、admin 三级，后者包含前者。\n\n"
    "An API key; not needed where the service listens on loopback only."
)
