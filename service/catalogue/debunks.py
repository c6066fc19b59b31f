"""Texts of the debunk library."""

from __future__ import annotations

from typing import Any

TAG = "辟谣库 Debunks"
ADD_SUMMARY = "加一条辟谣 Add a debunk"
ADD_DESCRIPTION = """\
只有 claim（说法）和 verdict（结论）必填。加上之后，下一次 `POST /score` 就能用到；
早先放行过、与它相符的帖子会在后台找出来，见 `GET /debunks/{id}/affected`。

Claim and verdict are required. The entry answers the next `/score`.
"""
LIST_SUMMARY = "列出辟谣 List debunks"
LIST_DESCRIPTION = "按编号排列，逐页取：把上一页的 next 作为 after。随软件附带的和自己加的都在内。"
GET_SUMMARY = "查看一条辟谣 One debunk"
GET_DESCRIPTION = "过了 expires 的也能查到，只是不再匹配帖子。"
PATCH_SUMMARY = "修改辟谣 Change a debunk"
PATCH_DESCRIPTION = (
    "只写要改的字段；可以不填的字段写 null 即清空。附带的条目也能改，改动存在自己的库里。"
)
DELETE_SUMMARY = "删除辟谣 Delete a debunk"
DELETE_DESCRIPTION = "删除之后立即不再匹配。附带的条目也能删。"
SEARCH_SUMMARY = "搜索辟谣 Search debunks"
SEARCH_DESCRIPTION = """\
按字面和意思找最接近的条目，最接近的在前，不论相似度高低。
`match` 为 confirmed 表示几乎同样的说法，其余为 suggested。

The nearest entries first, however far; look at `similarity`.
"""
IMPORT_SUMMARY = "导入 ClaimReview Import ClaimReview"
IMPORT_DESCRIPTION = """\
schema.org ClaimReview（JSON-LD）：一个对象、一个数组，或带 `@graph` 的文档，
一次最多 1,000 条、1 MiB。
逐条报告结果；有问题的只影响它自己。已有同编号或同一说法的条目会更新。

One object, a list, or an `@graph`; a report for each.
"""
EXPORT_SUMMARY = "导出 ClaimReview Export ClaimReview"
EXPORT_DESCRIPTION = "全部条目，schema.org ClaimReview（JSON-LD），可以原样再导入。"
AFFECTED_SUMMARY = "受影响的旧判定 Earlier decisions it affects"
AFFECTED_DESCRIPTION = """\
这条辟谣加入或修改之后，在早先放行、留有原文的判定里找到的相符者，供重新处理。
state 为 done 才算找完；complete 为 false 表示只查了最近的一部分。

Earlier decisions that passed and match this entry, for another look.
"""
VERDICT_NAMES = {
    "false": "不实",
    "misleading": "误导",
    "unproven": "尚无定论",
    "true": "属实",
}
CLAIM = "被查证的说法，至少四个字或数字。The claim."
VARIANTS = "同一说法的其他写法。Other wordings."
VERDICT = "结论：false 不实，misleading 误导，unproven 尚无定论，true 属实。"
SUMMARY = "事实是什么。What is right."
SOURCES = "依据：谁说的，在哪里能看到。"
AS_OF = "结论是哪一天的。The day of this knowledge."
EXPIRES = "过期时间：某一天（北京时间当天结束）或带时区的时刻；过后不再匹配。"
TOPIC = "主题，例如 food、health。"
ID = "条目编号。"
SHIPPED = "是否随软件附带。"
REVISION = "每改一次就变。Changes with every change."
TIMES = "加入和修改的时间；附带而未改过的为 null。"
LIMIT = "最多几条。"
AFTER = "从这个编号之后开始。"
NEXT = "下一页的 after；没有下一页时为 null。"
TOTAL = "一共几条。"
VERSION = "整个辟谣库的版本，也记在每条判定里。"
Q = "要找的说法，1 到 2,000 字。"
SIMILARITY = "相似度，0 到 1。"
MATCH = "confirmed：几乎同样的说法；suggested：意思相近，供参考。"
QUOTED = "帖子是在辟谣或询问，并不主张这个说法。"
STATE = "waiting 等待，running 进行中，done 完成，none 没有要查的。"
SCANNED = "查了多少条判定。"
COMPLETE = "是否查完了全部留有原文的判定。"
IMPORT_STATUS = "added 新增，updated 更新，unchanged 无变化，invalid 有误。"
IMPORT_INDEX = "在送来的列表里排第几，从 0 开始。"

EXAMPLE: dict[str, Any] = {
    "claim": "用过的茶叶水洗眼睛可以治近视",
    "variants": ["隔夜茶洗眼，近视慢慢就好了"],
    "verdict": "false",
    "summary": "近视多由眼轴变长引起，外洗不能使它复原；自制的茶水不是无菌的，可能引起感染。",
    "sources": [{"name": "国家卫生健康委员会", "url": "http://www.nhc.gov.cn/"}],
    "as_of": "2026-11-22",
    "topic": "health",
}
EXAMPLE_PATCH: dict[str, Any] = {"verdict": "misleading", "expires": "2027-12-31"}
EXAMPLE_REVIEW: dict[str, Any] = {
    "@context": "https://schema.org",
    "@type": "ClaimReview",
    "claimReviewed": "用过的茶叶水洗眼睛可以治近视",
    "reviewRating": {
        "@type": "Rating",
        "ratingValue": 1,
        "bestRating": 5,
        "worstRating": 1,
        "alternateName": "不实",
    },
    "reviewBody": "近视多由眼轴变长引起，外洗不能使它复原。",
    "datePublished": "2026-11-22",
    "author": {"@type": "Organization", "name": "国家卫生健康委员会"},
    "url": "http://www.nhc.gov.cn/",
}
