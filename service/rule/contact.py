"""Contacts and links that a post tells: found, typed, and masked in what is said of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from service.catalogue import rules as texts
from service.rule.phrases import compiled

PARTS = {
    "top_level": "com|cn|net|org|top|xyz|vip|cc|shop|club|site|online|info|app|link|live|icu|me|io"
    "|co|tv|wang|ltd|fun|pro|biz|work|store|space|ink|gov|edu",
    "glue": r"(?:号码?|群|id|账号|同号|[:：=\s是为加联系找咨询+＋\-]){0,6}",
    "dot": r"\.|\s?[。．点丶・·]\s?",
    "plane": r"telegram|电报群?|纸飞机|飞机号|(?<![a-z])tg",
    "letters": r"[a-z0-9]",
    "path": r"[a-z0-9\-._~/?\#=%&]*",
}
CONTACT = compiled(
    r"""
    (?P<email>[a-z0-9_.+\-]{2,64}@[a-z0-9\-]{1,40}\.[a-z]{2,10}(?:\.[a-z]{2})?)
  | (?P<telegram>t\.me/\+?\w{4,40}|<plane><glue>(?<![a-z])[a-z][a-z0-9_]{4,31})
  | (?:微信|vx|wx|wechat|weixin|加v|加微)<glue>
      (?P<wechat>[a-z][a-z0-9_\-]{5,19}(?![a-z0-9_])|1[3-9]\d{9}(?!\d)|\d{6,10}(?!\d))
  | (?:群号|qq群|q群|扣群|交流群|企鹅群)[:：=\s是为]{0,3}(?P<group>\d{6,11})(?!\d)
  | (?:qq|扣扣|企鹅|q)(?:号码?|[:：=\s是为加联系]){0,5}(?P<qq>[1-9]\d{4,10})(?!\d)
  | (?<![\d.])(?P<phone>(?:\+?86[\s\-]?)?1[3-9]\d(?:[\s\-]?\d{4}){2})(?!\d)
  | (?<![\d.])(?P<landline>(?:400|800)[\s\-]?\d{3}[\s\-]?\d{4}|0\d{2,3}[\s\-]\d{7,8})(?![\d\-])
    """,
    PARTS,
)
# Looked for in what was sent: normalisation reads every link, and every @name, as one word.
AS_SENT = compiled(
    r"""
    <plane><glue>(?P<telegram>@[a-z][a-z0-9_]{4,31})
  | (?:https?\s?[:：]\s?/\s?/|www\.)[a-z0-9\-._~/?\#\[\]@!$&'()*+,;=%:]{3,}
  | (?<![a-z0-9@._\-])(?:<letters>[a-z0-9\-]{0,40}<dot>){1,3}<top_level>(?!<letters>)(?:/<path>)?
    """,
    PARTS,
)
# Full-width letters, digits and signs as plain ones, each in its place.
NARROW = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
WORTH_A_LOOK = re.compile(r"[a-z0-9_\-]{5}|\d{3}|@|t\.me")
WORTH_A_LINK = compiled(r"<letters><dot>[a-z]|https?|www|@[a-z]", PARTS)
MOST = 20


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact; `as_sent` tells whether the range counts in the original or the normalised."""

    kind: str
    value: str
    start: int
    end: int
    as_sent: bool = False

    @property
    def note(self) -> str:
        """What it is, in Chinese and without telling it."""
        return texts.contact(self.kind, mask(self.value))


def find_contacts(text: str, original: str) -> list[Contact]:
    """Look at a post, normalised and in lower case, and as sent; at most MOST are told."""
    found: list[Contact] = []
    if WORTH_A_LOOK.search(text) is not None:
        found += _contacts(text)
    narrow = original.translate(NARROW).lower()
    if len(narrow) == len(original) and WORTH_A_LINK.search(narrow) is not None:
        found += _links(narrow, found)
    return found[:MOST]


def _contacts(text: str) -> Iterator[Contact]:
    for match in CONTACT.finditer(text):
        kind = match.lastgroup
        assert kind is not None
        yield Contact(kind, match.group(kind), *match.span(kind))


def _links(narrow: str, others: list[Contact]) -> Iterator[Contact]:
    told = " ".join(contact.value for contact in others)
    for match in AS_SENT.finditer(narrow):
        kind = match.lastgroup or "url"
        value = match.group(match.lastgroup or 0)
        if value not in told:
            yield Contact(kind, value, *match.span(match.lastgroup or 0), as_sent=True)


def mask(value: str) -> str:
    """Hide the middle of a contact: enough stays to recognise it, too little to use it."""
    plain = value.strip()
    if "://" in plain or "." in plain:
        return f"{plain.split('://')[-1][:4]}***"
    kept = 3 if len(plain) >= 8 else 1
    return f"{plain[:kept]}{'*' * max(2, len(plain) - 2 * kept)}{plain[-kept:]}"
