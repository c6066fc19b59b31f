"""Neutralising surface marks that tell where a post came from and nothing of what it says.

The corpora carry them on one class more than on the other (see docs/data.md), so the model reads
every post without them.
"""

from __future__ import annotations

from models.normaliser.trace import Trace, compiled

LINK = compiled(
    r"""(?:https?\s?:\s?/\s?/|www\.)[A-Za-z0-9\-._~/?\#\[\]@!$&'()*+,;=%:]+
      | (?<![A-Za-z0-9@.])t\.cn/[A-Za-z0-9]+ """
)
WEIBO_LINK = compiled(r"(?:https?://)?t\.cn/[A-Za-z0-9]+")
MENTION = compiled(r"(?<![A-Za-z0-9.])@[\p{Han}A-Za-z0-9_\-]{1,16}(?=[\s:,.!?;。、…/@\]\)]|$)")
BRACKETS = compiled(r"[【】\[\]〖〗]")
TOPIC = compiled(r"\#([^\#\n]{1,40})\#")
PLATFORM_TAIL = compiled(
    r"""(?:[.…]{0,3}\s?(?:展开)?全文\s?[:>]?\s*$)
      | (?:[^\s,。!?]{0,20}的(?:微博|秒拍|美拍|优酷|酷燃|快手|抖音)视频)
      | (?:O?网页链接|查看图片|查看原图|\(?组图共\d+张\)?)
      | (?:[(\[]?分享自\s?@?[^)\]]{0,20}[)\]]?\s*$)"""
)
# The second branch starts only where a run starts, or long runs would cost their square.
EDGES = compiled(r"^[\s/]+|(?<![\s/])[\s/]+$")
LINK_WORD = " 网址 "


def neutralise(trace: Trace) -> None:
    """Read links, mentions, topics, headline brackets and platform tails the same everywhere."""
    trace.replace(WEIBO_LINK, " ")
    trace.replace(LINK, LINK_WORD)
    trace.replace(PLATFORM_TAIL, " ")
    trace.replace(TOPIC, lambda match: match.group(1) + " ")
    trace.replace(MENTION, "@")
    trace.replace(BRACKETS, " ")


def trim(trace: Trace) -> None:
    """Drop white space and stray slashes at both ends."""
    trace.replace(EDGES, "")
