"""Flood by gibberish: keys pressed at random, and posts that only fill space."""

from __future__ import annotations

import re
from itertools import pairwise

from service.catalogue import rules as texts
from service.rule.repetition import Finding

ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
# Keys at most two apart in one row: what fingers that rest on the keyboard hit in turn.
NEAR = frozenset(
    (left, right)
    for row in ROWS
    for place, left in enumerate(row)
    for right in row[max(0, place - 2) : place + 3]
)
LATIN = re.compile(r"[a-z]{2,}")
VISIBLE = re.compile(r"[^\W_]")
CONSONANTS = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}")
LEAST_LETTERS = 12
LEAST_TOKEN = 6
# Addresses, hashes, part numbers and code mix letters with digits and signs.
MOST_OTHERS = 0.2
MASHED = 0.6
# What pinyin keyboards make of random keys: common there, rare in anything that is meant.
KEYED_HAN = re.compile(
    "阿斯顿|阿斯蒂芬|阿萨德|阿斯达|奥术大师|撒旦法|撒大声|萨达|飒飒|啊实打实|啊三大|发斯蒂芬|沙发斯蒂芬"
    "|斯蒂芬|个梵蒂冈|梵蒂冈|风格和|地方官|大师傅|水电费|是打发|士大夫|法国红酒|尽快哈|克劳斯|三等份"
)
HAN = re.compile(r"[\u3400-\u9fff]")
LEAST_PIECES = 3
KEYED_SHARE = 0.5
FILLER = re.compile(
    r"凑(?:个|够|足|满|一下|点)?(?:字数?|\d+个?字|[一二三四五六七八九十]+个?字)|字数(?:不够|不足|要求|限制)?(?:来凑|凑)"
    r"|(?:纯|就|只)?(?:水|灌)(?:一|个|点|一个|一下)?(?:贴|帖|水)|水经验|水(?:个|点)?积分"
    r"|(?:赚|混|刷|拿|领|蹭)(?:个|点|一点|些|取)?(?:积分|经验值?|等级|京豆|金币|淘气值)|(?:混|刷)(?:个)?(?:脸熟|存在感)"
    r"|(?:十五|15|二十|20|三十|30)个?字|为了(?:积分|经验|京豆)|占(?:楼|坑)|打卡|签到|路过|完成任务|做任务|复制粘贴|无视我"
)
LEAST_FILLER = 8
LEAST_PHRASES = 2
MOST_BESIDE_FILLER = 0.35


def find_gibberish(text: str) -> Finding | None:
    """Look at a normalised post in lower case."""
    return _latin(text) or _han(text) or _filler(text)


def _latin(text: str) -> Finding | None:
    words = LATIN.findall(text)
    letters = sum(map(len, words))
    if letters < LEAST_LETTERS or letters < (1 - MOST_OTHERS) * len(VISIBLE.findall(text)):
        return None
    mashed = [word for word in words if len(word) >= LEAST_TOKEN and mashes(word)]
    if sum(map(len, mashed)) < MASHED * letters:
        return None
    return Finding(texts.gibberish(max(mashed, key=len)[:20]))


def mashes(word: str) -> bool:
    """Tell whether a Latin word looks like random keys: near neighbours, or no vowels for long."""
    steps = [pair for pair in pairwise(word) if pair[0] != pair[1]]
    if len(steps) < LEAST_TOKEN - 1:
        return False
    near = sum(pair in NEAR for pair in steps) / len(steps)
    return near >= 0.7 or (near >= 0.45 and CONSONANTS.search(word) is not None)


def _han(text: str) -> Finding | None:
    pieces = KEYED_HAN.findall(text)
    if len(pieces) < LEAST_PIECES:
        return None
    if sum(map(len, pieces)) < KEYED_SHARE * len(HAN.findall(text)):
        return None
    return Finding(texts.gibberish("".join(pieces[:3])))


def _filler(text: str) -> Finding | None:
    phrases = FILLER.findall(text)
    filled = sum(map(len, phrases))
    if filled < LEAST_FILLER or len(phrases) < LEAST_PHRASES:
        return None
    if len(VISIBLE.findall(text)) - filled > MOST_BESIDE_FILLER * filled + 4:
        return None
    return Finding(texts.filler(phrases[0]))
