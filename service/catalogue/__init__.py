"""Every Chinese sentence the service shows: the texts of its OpenAPI document and /docs."""

from __future__ import annotations

from typing import Any

API_TITLE = "明鉴 Mingjian"
API_DESCRIPTION = """\
给中文帖子打分：是不是像谣言，是不是低质内容（广告引流、诈骗、赌博、色情低俗、辱骂攻击、标题党）。

- `POST /score` 一次评一条或一批帖子，逐条给出分数、命中的标签和处理建议。
- 谣言分的含义是“写成这样的帖子有多大比例后来被查证为假”，模型并不知道事实真相。
- 分数经过校准；阈值随发布的模型一起给出，见 `GET /release`。
- 出错时返回 `application/problem+json`（RFC 9457），其中 `code` 固定不变，
  `request_id` 可用来查日志。

Scores Chinese posts for rumours and low-quality content. Every answer carries `X-Request-Id` and
`Server-Timing`; faults of one item never fail its neighbours.
"""
TAG_SCORE = "打分 Scoring"
TAG_RELEASE = "模型 Release"
TAG_HEALTH = "运行状况 Health"

SCORE_SUMMARY = "给帖子打分 Score posts"
SCORE_DESCRIPTION = """\
两种写法：`{"text": "…"}` 评一条，`{"items": [{"text": "…"}]}` 评一批。
一批 1 到 256 条，合计不超过 200,000 字，请求体不超过 1 MiB。

批量时某一条有问题只影响它自己：该条 `status` 为 422 并说明原因，其余照常打分，HTTP 状态仍是 200。
单条写法下，问题就是整个请求的问题，返回 422。

A fault inside an item is answered in its place; faults of the envelope refuse the request.
"""
RELEASE_SUMMARY = "正在使用的模型 The release that is served"
RELEASE_DESCRIPTION = "名称、指纹、标签、阈值、校准、评测指标、训练数据及其许可。"
LIVE_SUMMARY = "进程是否存活 Liveness"
LIVE_DESCRIPTION = "进程能应答就返回 200，与模型是否就绪无关。"
READY_SUMMARY = "是否可以打分 Readiness"
READY_DESCRIPTION = "模型通过自检之后才返回 200，之前返回 503。"
METRICS_SUMMARY = "Prometheus 指标 Metrics"
METRICS_DESCRIPTION = "请求数、各阶段耗时、批大小、排队量、命中标签数。"

ITEMS = "帖子，1 到 256 条；合计不超过 200,000 字。Posts, answered in this order."
ITEM_ID = "调用方自己的编号，原样返回；不填则返回 null。The caller's own id."
TITLE = "标题，最多 200 字；在正文之前阅读，不计入正文字数。Read before the text."
TEXT = (
    "正文，1 到 20,000 字（按 Unicode 码点计），至少有一个看得见的字符。长文分窗全部读完，不截断。"
)
AUTHOR_ID = "作者编号，目前只作记录之用。The author; without effect on scores."
CHANNEL = "帖子的体裁或来源。What kind of place the post was written in."
PUBLISHED_AT = "发布时间，RFC 3339，须带时区。When it was published, with its offset."
POLICY = "策略名，目前只有 default（使用模型自带的阈值）。Only `default` is known."
EXPLAIN = "是否给出理由；目前接受但不起作用。Accepted, without effect yet."
STORE = "是否留存判定记录；目前接受但不起作用。Accepted, without effect yet."
RESULT_ID = "调用方给的编号，没有则为 null。"
SUGGESTION = (
    "处理建议：pass 放行，review 送人工复核，block 拦截（仅由策略给出）。任一标签命中即为 review。"
)
SCORE_RUMOUR = "谣言概率；当前模型不判谣言时为 null。"
SCORE_LOW_QUALITY = "任一低质标签成立的概率（已校准）；当前模型没有低质标签时为 null。"
LABEL = "标签名：rumour，或 low_quality. 加子标签。"
FLAGGED = "是否命中，即 score ≥ threshold。"
REASONS = "命中的理由；目前为空。Empty for now."
DEBUNKS = "已知的辟谣；目前为空。Empty for now."
CHARACTERS = "正文字数，按送来的原文计，不含标题。"
WINDOWS = "读了几个窗口。"
DECISION_ID = "判定记录的编号；目前为 null。Null for now."
LABEL_CHINESE = "标签的中文名；自行训练的标签没有。"
SENTENCE = "阈值由哪句要求得来。The wish the threshold was chosen by."
PRIORS = "校准所假定的先验比例。Shares of positives the calibration assumes."
FINGERPRINT = "模型全部文件的 SHA-256 指纹。"
PRECISION = "当前使用的计算精度。"
NOT_JUDGED = "数据不足、这个模型不判的标签。"
SOURCES = "训练数据的来源、数量与许可。"
RELEASE_NAME = "打分所用模型的名称。"
HEADER_REQUEST_ID = "请求编号：来时给了合规的编号就沿用，否则新生成。"
HEADER_TIMING = "各阶段耗时（毫秒）。"
RETRY_AFTER = "多少秒之后重试。"
POINTER = "出错位置，JSON Pointer（RFC 6901）。"
FAULT_DETAIL = "这一处错在哪里。"
PROBLEM_TYPE = "错误类型的标识，结尾就是 code。"
PROBLEM_DETAIL = "出了什么问题，接下来怎么做。"
PROBLEM_CODE = "固定不变的错误代码，供程序判断。"

PROBLEMS: dict[str, str] = {
    "not_json": "请求体不是 UTF-8 编码的 JSON",
    "not_found": "没有这个地址",
    "method_not_allowed": "这个地址不接受该方法",
    "too_large": "请求过大：超过 1 MiB、256 条或合计 200,000 字，请分成几个请求",
    "invalid_request": "请求或唯一的一条帖子有误，errors 指出每一处",
    "unknown_policy": "没有这个策略",
    "overloaded": "排队已满，请在 Retry-After 秒之后重试",
    "not_ready": "模型尚未就绪，请稍后重试",
    "deadline_exceeded": "未能在时限内完成，请稍后重试或减少每次的帖子数",
    "internal": "服务内部错误，请附上 request_id 报告",
}

EXAMPLE_REQUEST_ID = "01KAMZ6E1BD0VYJ7T0D8Q3M4XN"
EXAMPLE_SINGLE: dict[str, Any] = {"text": "周末打算去植物园看荷花，有人一起吗？"}
EXAMPLE_BATCH: dict[str, Any] = {
    "items": [
        {
            "id": "42",
            "title": "关于停水的通知",
            "text": "明天上午九点到十一点小区停水，请大家提前接好水。",
            "author_id": "u1",
            "channel": "wechat",
            "published_at": "2026-11-22T09:00:00+08:00",
        },
        {"id": "43", "text": "加我好友，每天在家动动手指就能赚八百，名额不多。"},
    ],
    "policy": "default",
    "explain": False,
    "store": True,
}
EXAMPLE_ANSWER: dict[str, Any] = {
    "request_id": EXAMPLE_REQUEST_ID,
    "release": "mingjian-base-2026.11",
    "policy": {"name": "default", "version": "3f9a1c0b72de"},
    "results": [
        {
            "id": "42",
            "status": 200,
            "suggestion": "pass",
            "scores": {"rumour": 0.081204, "low_quality": 0.013377},
            "labels": [
                {"label": "rumour", "score": 0.081204, "threshold": 0.61, "flagged": False},
                {
                    "label": "low_quality.ad_spam",
                    "score": 0.010921,
                    "threshold": 0.7,
                    "flagged": False,
                },
            ],
            "reasons": [],
            "debunks": [],
            "coverage": {"characters": 24, "windows": 1, "truncated": False},
            "decision_id": None,
        },
        {
            "id": "43",
            "status": 422,
            "problem": {
                "code": "invalid_item",
                "detail": "text is empty; it needs at least one character",
                "errors": [
                    {
                        "pointer": "/items/1/text",
                        "detail": "is empty; it needs at least one character",
                    }
                ],
            },
        },
    ],
}
