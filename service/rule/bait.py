"""Engagement bait (诱导分享/关注): asking for shares, likes or follows by reward, guilt or fear.

Each pattern needs the demand and its lever together. A shop that gives something away and asks for
nothing, and a plain 欢迎关注, have no lever; a post that warns of such messages is left alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from service.catalogue import rules as texts
from service.rule.phrases import compiled

PARTS = {
    "n": r"\d+|[一二两三四五六七八九十几]+",
    "share": r"转发|转给|转到|转至|分享|群发|发到|发给|发至|推荐给|扩散",
    "action": r"关注|转发|点赞|评论|分享|收藏|留言|点亮?在看|转评赞?|赞评转|艾特|三连",
    "and": r"\s{0,2}(?:[+&/、,，]|并且?|和|且|加|以及|再)\s{0,2}",
    "circle": r"(?:微信|qq)?(?:好友|群聊?|朋友圈|空间|朋友|家人|亲友|<n>个?人)",
    "prize": r"""红包|现金|话费|流量|礼品|礼包|大礼|奖品|优惠[券卷]|代金[券卷]|会员|手机|京豆|金币
        |皮肤|积分|免单|门票|电影票|面膜|口红|盲盒|周边|福利|奖励|大奖|\d+元|iphone|体验装|试用装|赠品|礼物""",
    "get": r"领取?|得到?|获得|获取|送|抽取?|揪|赢取?|赚|拿|返|到账|兑换|换|赠送?|免费",
    "effect": r"即可|才能?|就能?|就可以?|可以?|便可|立即|马上|方可|有机会|可",
    "near": r"[^。!?！？\n]",
    # Nor over an enumeration: apps name their features so.
    "plain": r"[^。!?！？\n、]",
    "fortune": r"""好运|平安|发财|幸运|如愿|财运|心想事成|保佑|灵验|逢考必过|好消息|走运|顺利
        |脱单|暴富|健康长寿""",
    "doom": r"倒霉|厄运|霉运|出事|不吉利|诅咒|报应|后悔|死|灾|不顺|没良心|穷|单身|不幸|噩运",
    "who": r"中国人|男人|人|父母|爸妈|妈妈|爸爸|好人|.{0,4}(?:儿女|子孙|后代|妈|爸)",
    "must": r"必须|一定要?|务必|请|快|赶紧|马上|速|立即|只要|需要?|要",
}
# In this order; the first that is found speaks for the post.
PATTERNS = {
    "share_reward": r"""
        <share>(?!、|功能|啦)<near>{0,8}?<circle><near>{0,14}?
          (?: <get>(?:<near>{0,5}?[^、]|)<prize>
            | 免费[领送]
            | <effect>(?:<near>{0,3}?[^、]|)(?:<get>|解锁|查看|下载|提现|参与抽奖|观看) )
      | [想要]<get><near>{0,8}?<prize><near>{0,12}?<share><near>{0,8}?<circle>
      | <share>(?:本|此|这|该)(?:文|条|篇|消息|链接|海报|活动)?<near>{0,12}?<get><near>{0,6}?<prize>
      | [邀拉]请?<near>{0,4}?<n>[个位名]?新?(?:好友|人|朋友)<near>{0,8}?
          <effect><near>{0,2}?(?:<get>|提现)
    """,
    "likes": r"""
        [集凑][满够齐]?\s?<n>个?赞<near>{0,16}?(?:<get>|抵|免)
      | (?:朋友圈|转发)<near>{0,10}?[集求]赞<near>{0,16}?<get>
    """,
    "engage_reward": r"""
        (?:<action>(?:<and>?<action>){1,4}|转赞评|赞评转|转评赞)(?!功能)<plain>{0,24}?(?:抽奖?|揪|(?<![推发运配寄])送出?|领|赠|赢|福利|中奖)
      | 转发[本此这该]?(?:条|微博|博)?<near>{0,4}?(?:抽奖?|揪|(?<!转发)送)<near>{0,4}?
          (?:<n>\s?[位个名人份台部张只套]|<prize>)
      | (?:点赞|评论|留言|转发)<near>{0,6}?<effect>(?:参与)?(?:抽奖|领奖|<get><near>{0,4}?<prize>)
      | 从(?:转发|评论|点赞|转评)[区里中的]?<near>{0,10}?[抽揪选]
    """,
    "follow_reward": r"""
        关注<near>{0,18}?<effect><near>{0,4}?<get><near>{0,8}?<prize>
      | 关注就?[送领返]<near>{0,6}?<prize>
    """,
    "quota": r"""
        <must>\s?<near>{0,4}?<share>[到给至]?\s?(?:<n>个?|每个|所有的?|各个?)\s?(?:微信|qq)?
          (?:群|好友|朋友|人)<near>{0,20}?(?:<effect>|不然|否则|会|将|!)
    """,
    "guilt": r"""
        不(?:转发?|分享|扩散|顶)的?[都就]?(?:不是|枉为|不配|没有?良心|对不起|冷血)
      | 是(?:<who>)的?(?:就|都|请|必须?)(?:转发?|顶|扩散|分享)
      | (?:看到|看完|见到|收到)[此这后了本]?<near>{0,8}?(?:必须|一定要?|务必|不转)<near>{0,4}?
          (?:转|分享|扩散|发给)
      | 为了?(?:孩子|家人|父母|良心|爱)<near>{0,8}?(?:转起来|转发出去|转一转|必须转|请转|一定要?转)
    """,
    "fortune": r"""
        (?:转发?|分享|群发)了?(?:这|此|本|该|就|的|给|到|之后|后)<near>{0,16}?
          (?:会|将|必|就|都能?|定|保|有)<near>{0,8}?<fortune>
      | 不(?:转发?|分享|群发)的?<near>{0,10}?<doom>
      | 转发?(?:锦鲤|好运)<near>{0,12}?[必会就定]
    """,
}
KINDS = tuple((kind, compiled(pattern, PARTS)) for kind, pattern in PATTERNS.items())
# Who warns, forbids, or reports what was asked elsewhere.
WARNING = compiled(
    r"""骗局|骗子|诈骗|反诈|谣言|辟谣|不实|警方|民警|公安|网警|谨防|警惕|提防|切勿|举报|违规|禁止|严禁|不得
      | 诱导|处罚|封号|套路|别信|不要(?:轻信|相信|转|再转|分享)|别再?(?:转|分享)
      | (?:不用|无需|不需要?|不必|没有要求|不要求)(?:大家)?(?:转发|分享|关注|点赞|集赞|任何)
      | 中奖了|没中|抽中了|中过|从来不转|讨厌|反感|烦死|最烦|退群|拉黑|屏蔽""",
    PARTS,
)
GATE = re.compile(r"转|分享|赞|关注|群发|发[到给至]|扩散|推荐给|邀请|拉|评论|留言")


@dataclass(frozen=True, slots=True)
class Bait:
    """Where a post asks, in its normalised text, and how."""

    kind: str
    start: int
    end: int

    @property
    def note(self) -> str:
        """Why this is bait, in Chinese."""
        return texts.bait(self.kind)


def find_bait(text: str) -> Bait | None:
    """Look at a normalised post in lower case; the first kind that is found is told."""
    if GATE.search(text) is None:
        return None
    for kind, pattern in KINDS:
        found = pattern.search(text)
        if found is not None:
            return None if WARNING.search(text) else Bait(kind, *found.span())
    return None
