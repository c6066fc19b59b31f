"""Neutralising surface marks that tell where a post came from and nothing of what it says.

The corpora carry them on one class more than on the other (see docs/data.md), so the model reads
every post without them.
"""

from __future__ import annotations

import re

from models.normaliser.trace import Edit, Trace, compiled

# Full-width letters and signs belong to an address, Chinese punctuation ends it.
WIDE = "Ａ-Ｚａ-ｚ０-９－．＿／？＃＠＆％＝＋"
LINK = compiled(
    r"""(?i: (?<![A-Za-z0-9])(?:https?|ｈｔｔｐｓ?)\s?[:：]\s?[/／]\s?[/／]
           | (?<![A-Za-z0-9.])(?:www|ｗｗｗ)[.．] )
        [A-Za-z0-9\-._~/?\#\[\]@!$&'()*+,;=%:{w}]+ """,
    w=WIDE,
)
LINK_HINT = re.compile(r"[wWｗＷ][.．]|[:：]\s?[/／]")
WEIBO_LINK = compiled(r"(?i:(?<![A-Za-z0-9@.])(?:https?://)?t\.cn/)[A-Za-z0-9]+")
MENTION = compiled(
    r"(?<![A-Za-z0-9.])(?:@[\p{Han}A-Za-z0-9_\-]{1,16})+(?=[\s:：,，.!！?？;；。、…/@\])）]|$)"
)
BRACKETS = compiled(r"[【】\[\]〖〗]")
TOPIC = compiled(r"(?<![A-Za-z0-9\#])\#([^\#\n]{1,40})\#")
TAIL_HINTS = ("全文", "视频", "网页链接", "查看", "组图", "分享自")
PLATFORM_MARK = compiled(
    r"""(?:[^\s,，。!！?？]{0,20}的(?:微博|秒拍|美拍|优酷|酷燃|快手|抖音)视频)
      | (?:O?网页链接|查看图片|查看原图|[(（]?组图共\d+张[)）]?)"""
)
PLATFORM_TAIL = re.compile(
    r"""(?: [.…]{0,3}\s?(?:展开)?全文\s?[:：>]?
          | [(（\[]?分享自\s?@?[^)）\]]{0,20}[)）\]]? ) \s*$""",
    re.VERBOSE,
)
TAIL_REACH = 32  # the longest tail
LINK_WORD = " 网址 "
EDGE = " /"


def read_links(trace: Trace) -> None:
    """Read every address as one word; a short link of Weibo says nothing at all."""
    text = trace.text
    if "/" not in text and "／" not in text and "." not in text and "．" not in text:
        return
    if "t.cn/" in text.lower():
        trace.replace(WEIBO_LINK, " ", "link")
    if LINK_HINT.search(text):
        trace.replace(LINK, LINK_WORD, "link")


def neutralise(trace: Trace) -> None:
    """Read mentions, topics, headline brackets and platform tails the same everywhere."""
    text = trace.text
    if any(hint in text for hint in TAIL_HINTS):
        trace.replace(PLATFORM_MARK, " ", "tail")
        drop_tails(trace)
    if text.count("#") >= 2:
        trace.replace(TOPIC, lambda match: match.group(1) + " ", "topic")
    if "@" in text:
        trace.replace(MENTION, lambda match: "@" * match.group().count("@"), "mention")
    if "[" in text or "]" in text or "【" in text or "】" in text or "〖" in text or "〗" in text:
        trace.replace(BRACKETS, " ", "bracket")


def drop_tails(trace: Trace) -> None:
    """Drop what platforms put after a text, as often as it stands there."""
    text = trace.text
    end = len(text)
    while (tail := PLATFORM_TAIL.search(text, max(0, end - TAIL_REACH), end)) is not None:
        end = tail.start()
    if end < len(text):
        trace.substitute([Edit(end, len(text), " ", "tail")])


def trim(trace: Trace) -> None:
    """Drop white space and stray slashes at both ends."""
    text = trace.text
    if text and (text[0] in EDGE or text[-1] in EDGE):
        kept = len(text) - len(text.lstrip(EDGE))
        last = len(text.rstrip(EDGE))
        trace.keep(min(kept, last), last)
