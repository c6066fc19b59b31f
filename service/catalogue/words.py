"""Texts of word lists: their API, what a hit says, and what the linter says."""

from __future__ import annotations

from typing import Any

TAG = "词表 Word lists"
KIND_NAMES = {"block": "拦截词", "review": "复核词", "allow": "放行词"}
# Characters of a pattern that a note shows.
MOST_SHOWN = 30

ADD_SUMMARY = "添加词条 Add words"
ADD_DESCRIPTION = """\
向一个词表添加 1 到 1,000 个词条；词表不存在就新建。逐条报告结果：added 新增，
updated 更新了说明、标签或有效期，duplicate 已有，invalid 有误。
一条有误不影响其余，HTTP 状态仍是 201。

词条写法：`A&B~C` 表示 A 和 B 都出现而 C 不出现，`|` 表示任选其一，
反斜杠 `\\` 让后面的 `& ~ |` 成为普通字符。
词和帖子用同一套归一化，所以写“微信”也能找到“薇信”。

Adds entries to a list, which is made if it is new; one report an entry. Live for the next post.
"""
LISTS_SUMMARY = "全部词表 All lists"
LISTS_DESCRIPTION = "每个词表的名称、类别和条数，以及全部词表合起来的版本号。随明鉴附带的词表只读。"
LIST_SUMMARY = "一个词表的词条 Entries of a list"
LIST_DESCRIPTION = "按加入的先后分页；下一页把上一页的 next 放进 after。"
DELETE_LIST_SUMMARY = "删除词表 Delete a list"
DELETE_LIST_DESCRIPTION = "连同全部词条一起删除；下一个帖子起不再生效。"
DELETE_ENTRY_SUMMARY = "删除词条 Delete an entry"
DELETE_ENTRY_DESCRIPTION = "从词表里删除一个词条；下一个帖子起不再生效。"
IMPORT_SUMMARY = "导入词表文件 Import a file"
IMPORT_DESCRIPTION = """\
正文就是文件本身，UTF-8，不超过 1 MiB、20,000 条：`text/plain` 一行一个词条（# 开头为注释），
`text/csv` 和 `text/tab-separated-values` 的列是 pattern、tags（用分号隔开）、note、expires，
`application/x-ndjson` 一行一个 JSON。逐行报告结果。

The body is the file itself; one report a line. Blank lines, comments and a header are passed over.
"""
LINT_SUMMARY = "上线之前试词 Try words before they go live"
LINT_DESCRIPTION = """\
不改动任何词表，把新词放到最近留存的帖子和一批普通帖子里试一遍：命中多少、哪些很可能是误伤（当时放行且分数很低，
或复核者认定正常）、与现有词表有什么冲突。

Tries words against recorded traffic and ordinary posts; nothing is stored.
"""

LIST_NAME = "词表名：字母、数字、汉字、- 和 _，最多 64 个字。The list."
KIND = "词表类别：block 拦截，review 送复核，allow 放行（只解释它盖住的词）。"
ENTRIES = "词条，1 到 1,000 个。"
PATTERN = "词条，最多 200 个字符。`A&B~C`：A 和 B 都出现而 C 不出现；`|` 任选其一；`\\` 转义。"
TAGS = "标签，最多 20 个。"
NOTE = "说明：为什么收这个词。命中时展示给复核者。Shown to reviewers."
EXPIRES = "有效期：RFC 3339 时间，或一个日期（到北京时间当天结束）。"
LINE = "第几条或文件的第几行，从 1 数起。"
STATUS = "added 新增，updated 已有并更新，duplicate 已有，invalid 有误。"
READ_AS = "归一化之后的写法，匹配以它为准。The pattern as it is matched."
FAULT = "哪里有误。"
WARNINGS = "值得留意之处；词条仍然生效。Worth a look; the entry is live all the same."
ADVICE_CODE = "固定不变的代码，供程序判断。"
VERSION = "全部词表内容的短哈希，与判定记录里的一致。"
EXPIRED_COUNT = "其中已经过期、不再生效的条数。"
SHIPPED = "随明鉴附带，只读。"
NEXT = "下一页的 after；没有下一页则为 null。"
AFTER = "上一页给的 next。"
LIMIT = "这一页最多几条。"
ENTRY_ID = "词条编号。"
REMOVED = "删除了多少词条。"
FORMAT = "文件格式；不填则看 Content-Type。"
LINT_ENTRIES = "要试的词条，1 到 200 个。"
LINT_LIST = "打算放进哪个词表，用来判断是否重复。"
LINT_SAMPLE = "最多翻看多少条最近留存的帖子。"
LINT_SAMPLE_ID = "判定记录或样本的编号。"
LINT_SAMPLE_TEXT = "命中处前后各约 30 字。"
LINT_FOUND = "命中的原文。"
LINT_SCORE = "当时各标签中最高的分数。"
LINT_VERDICT = "复核者的结论。"
LINT_STATUS = "fine 没有发现问题，look 上线前请看一看，invalid 词条有误。"
LINT_HITS = "留存的帖子里命中了多少。"
LINT_SHARE = "命中占翻看的留存帖子的比例。"
LINT_FALSE_ALARMS = "其中很可能是误伤的：复核者认定正常，或当时放行且分数很低。"
LINT_ORDINARY = "自带的普通帖子里命中了多少，命中即误伤。"
LINT_TRAFFIC = "翻看了多少条留存的帖子。"
LINT_ORDINARY_POSTS = "翻看了多少条自带的普通帖子。"

EXAMPLE_WORDS: dict[str, Any] = {
    "list": "引流词",
    "kind": "review",
    "entries": [
        {
            "pattern": "加微信|加QQ&兼职~招聘会",
            "tags": ["引流"],
            "note": "以兼职为由引导私下联系",
            "expires": "2030-12-31",
        }
    ],
}
EXAMPLE_REPORT: dict[str, Any] = {
    "list": "引流词",
    "kind": "review",
    "version": "3f9a1c0b72de",
    "added": 1,
    "updated": 0,
    "duplicate": 0,
    "invalid": 1,
    "report": [
        {
            "line": 1,
            "pattern": "加微信|加QQ&兼职~招聘会",
            "status": "added",
            "id": "01KAMZ6E1BD0VYJ7T0D8Q3M4XN",
            "read_as": "兼职&加qq|加微信~招聘会",
            "detail": None,
            "warnings": [],
        },
        {
            "line": 2,
            "pattern": "~招聘会",
            "status": "invalid",
            "id": None,
            "read_as": None,
            "detail": "pattern begins with ~; write the word that must occur first: A~C",
            "warnings": [],
        },
    ],
}
EXAMPLE_LINT: dict[str, Any] = {
    "kind": "block",
    "entries": [{"pattern": "大麻"}, {"pattern": "高仿&加微信"}],
    "sample": 5000,
}
EXAMPLE_TEXT = "# 一行一个词条\n高仿&加微信\n代开发票\n"


def hit_note(name: str, kind: str, pattern: str, note: str) -> str:
    """Say which entry of which list was found, and why it is there.

    Of a long pattern the beginning is enough: the reason itself shows the word that was found.
    """
    shown = pattern if len(pattern) <= MOST_SHOWN else f"{pattern[:MOST_SHOWN]}…"
    said = f"{_of_list(name, kind)}“{shown}”"
    return f"{said}：{note}" if note else f"{said}。"


def says_allowed(name: str, note: str) -> bool:
    """Tell whether the note of a hit was made for an allow list of this name."""
    return note.startswith(_of_list(name, "allow"))


def _of_list(name: str, kind: str) -> str:
    return f"命中词表“{name}”的{KIND_NAMES[kind]}"


def short(word: str) -> str:
    """Warn of a word that stands in far too many posts."""
    return f"“{word}”太短，会出现在大量普通帖子里；请写长一些，或用 & 加上条件。"


def reads_otherwise(word: str, read: str) -> str:
    """Say that a word is matched in another form."""
    return f"“{word}”归一化后是“{read}”，匹配以后者为准。"


def full_width(pattern: str) -> str:
    """Warn of operators that were typed full width."""
    return f"“{pattern}”里有全角的＆、～或｜，它们只是普通字符；逻辑符号请用半角 & ~ |。"


def contradicts_allow(word: str, allow: str, name: str) -> str:
    """Warn of a word that an allow word takes away wherever it stands."""
    return f"放行词表“{name}”的“{allow}”盖住了“{word}”，它永远不会命中。"


def hides(pattern: str, name: str) -> str:
    """Warn of an allow word that takes away an entry of another list."""
    return f"放行之后，词表“{name}”的“{pattern}”在这里不再命中。"


def covered(pattern: str, name: str) -> str:
    """Say that another entry finds the same posts already."""
    return f"词表“{name}”的“{pattern}”已经能找到这些帖子。"


def ordinary_word(allow: str, name: str) -> str:
    """Say that longer ordinary words hold the new one, and are allowed."""
    return f"日常用语“{allow}”包含它，放行词表“{name}”会把这种情况排除。"


def too_common(share: float) -> str:
    """Warn of a word that stands in a large share of traffic."""
    return f"最近的帖子里有 {share:.1%} 命中，作为名单里的词过于常见。"


def likely_false(count: int) -> str:
    """Warn of hits in posts that were judged ordinary."""
    return f"有 {count} 条命中的帖子当时放行且分数很低，或被复核者认定正常，很可能是误伤。"


def in_ordinary(count: int) -> str:
    """Warn of hits in the sample of ordinary posts."""
    return f"在自带的普通帖子里命中 {count} 条，都是误伤。"
