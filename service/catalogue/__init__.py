"""Every Chinese sentence the service shows: the texts of its OpenAPI document and /docs."""

from __future__ import annotations

from typing import Any

API_TITLE = "明鉴 Mingjian"
API_DESCRIPTION = """\
给中文帖子打分：是不是像谣言，是不是低质内容（广告引流、诈骗、赌博、色情低俗、辱骂攻击、标题党）。

- `POST /score` 一次评一条或一批帖子，逐条给出分数、命中的标签、理由、对得上的辟谣和处理建议。
- 策略（`/policies`）决定阈值、建议和所引的社群规范；词表（`/words`）和辟谣库（`/debunks`）
  随时可改，下一条帖子就生效。
- 每条结果先留存再返回：`GET /decisions/{id}` 是凭据，`POST /decisions/{id}/replay` 重评并说明差异。
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
SWAP_SUMMARY = "换用另一个模型 Serve another release"
SWAP_DESCRIPTION = (
    "需要 admin 权限。新模型在旧模型旁边加载并自检，通过后新请求立即改用新模型，进行中的请求用"
    "旧模型答完，一条不丢；模型损坏或自检不通过则拒绝，旧模型继续服务。重启后仍以设置为准。"
)
CHOICE_NAME = "`models/releases/` 下的模型名称；null 表示设置（MINGJIAN_RELEASE）所指的模型。"
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
AUTHOR_ID = (
    "作者编号：用来发现同一作者的连续刷屏，并随判定记录留存，可用 DELETE /authors/{id}/data 删除。"
    "不影响模型的分数。The author; without effect on the model."
)
CHANNEL = "帖子的体裁或来源。What kind of place the post was written in."
PUBLISHED_AT = "发布时间，RFC 3339，须带时区。When it was published, with its offset."
POLICY = "策略名，见 GET /policies；default 使用模型自带的阈值。The policy that is applied."
EXPLAIN = (
    "是否说明模型命中的每个标签由哪几段文字引起；会多读每帖至多 20 个窗口。"
    "词表、规则和辟谣的理由总会给出。Names the clauses behind every flag; costs time."
)
STORE = (
    "false：判定记录里只留正文的带密钥指纹，不留正文。策略或密钥更严时从其严。"
    "false keeps a keyed fingerprint in the place of the text."
)
RESULT_ID = "调用方给的编号，没有则为 null。"
SUGGESTION = (
    "处理建议：pass 放行，review 送人工复核，block 拦截（仅由策略给出）。"
    "取各标签、词表、规则和辟谣中最强的一个，每个各由策略决定。"
)
SCORE_RUMOUR = "谣言概率；当前模型不判谣言时为 null。"
SCORE_LOW_QUALITY = "任一低质标签成立的概率（已校准）；当前模型没有低质标签时为 null。"
LABEL = "标签名：rumour，或 low_quality. 加子标签。"
FLAGGED = "是否命中，即 score ≥ threshold。"
REASONS = (
    "理由：词表、规则和辟谣的总有；explain 为 true 时，还有模型命中的每个标签的。"
    "Of words, rules and debunks always; of the model when `explain` is true."
)
DEBUNKS = "对得上的已知辟谣，最多五条，最接近的在前。Known debunks of what the post says."
CHARACTERS = "正文字数，按送来的原文计，不含标题。"
WINDOWS = "读了几个窗口。"
DECISION_ID = "判定记录的编号，返回时已经存好；策略规定不留存时为 null。The recorded decision."
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
    "too_slow": "请求体迟迟没有发完",
    "key_missing": "需要密钥：请求头 Authorization: Bearer 密钥",
    "key_invalid": "密钥不对、已过期或已吊销",
    "scope_missing": "密钥没有这项权限",
    "foreign_site": "不带密钥时，不接受别的网站或别的域名发来的请求",
    "not_found": "没有这个地址",
    "method_not_allowed": "这个地址不接受该方法",
    "not_replayable": "没有留存原文，无法重放",
    "too_large": "请求过大：超过 1 MiB、256 条或合计 200,000 字，请分成几个请求",
    "invalid_request": "请求或唯一的一条帖子有误，errors 指出每一处",
    "unknown_policy": "没有这个策略",
    "release_refused": "模型不存在、已损坏或自检不通过；原来的模型继续服务",
    "invalid_policy": "策略有误，errors 逐处指出；YAML 还带行号和列号",
    "policy_not_found": "没有这个策略或这个版本",
    "rule_not_found": "没有这条社群规范",
    "nothing_recorded": "还没有可供推演的判定记录",
    "unreachable_target": "没有阈值能把复核量降到这个目标，detail 说明至少会有多少",
    "unknown_label": "当前模型不判这个标签",
    "unreachable_threshold": "没有阈值能达到这个要求，detail 说明最好能到多少",
    "text_not_stored": "没有留存这条帖子的正文，请改为直接发送 text",
    "idempotency_conflict": "这个 Idempotency-Key 已用于另一个请求，请换一个",
    "idempotency_in_progress": "同一 Idempotency-Key 的请求还在处理，请在 Retry-After 秒之后重发",
    "over_quota": "密钥的配额已用完，请在 Retry-After 秒之后重试",
    "overloaded": "排队已满，请在 Retry-After 秒之后重试",
    "not_ready": "模型尚未就绪，请稍后重试",
    "deadline_exceeded": "未能在时限内完成，请稍后重试或减少每次的帖子数",
    "store_unavailable": "数据库暂时不可用，什么也没有存下，请稍后重试",
    "unknown_words": "没有这个词表或词条",
    "unknown_debunk": "没有这个编号的辟谣",
    "words_conflict": "词表类别不符、随明鉴附带而只读，或词条总数已满",
    "unreadable_words": "词表文件无法读取：请用 UTF-8 编码，并说明格式",
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
        {"id": "43", "text": "加薇❤信，每天在家动动手指就能赚八百，名额不多。"},
    ],
    "policy": "default",
    "explain": False,
    "store": True,
}
EXAMPLE_ANSWER: dict[str, Any] = {
    "request_id": EXAMPLE_REQUEST_ID,
    "release": "mingjian-small-2026.12",
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
            "decision_id": "01KAMZ6E2H7Q3V9B0N5C8D1FGT",
        },
        {
            "id": "43",
            "status": 200,
            "suggestion": "review",
            "scores": {"rumour": 0.018854, "low_quality": 0.953171},
            "labels": [
                {"label": "rumour", "score": 0.018854, "threshold": 0.61, "flagged": False},
                {
                    "label": "low_quality.ad_spam",
                    "score": 0.921046,
                    "threshold": 0.7,
                    "flagged": True,
                },
            ],
            "reasons": [
                {
                    "code": "model.ad_spam",
                    "rule": "R3",
                    "source": "model",
                    "field": "text",
                    "start": 0,
                    "end": 4,
                    "text": "加薇❤信",
                    "read_as": "加微信",
                    "weight": 0.6127,
                    "note": "模型判为“广告引流”所依据的一段。“薇❤信”读作“微信”（谐音）。",
                }
            ],
            "debunks": [
                {
                    "id": "health-garlic",
                    "claim": "大蒜能治好癌症",
                    "verdict": "false",
                    "summary": "没有临床证据表明大蒜能治疗癌症。",
                    "url": "https://example.org/garlic",
                    "as_of": "2026-11-22",
                    "match": "suggested",
                    "similarity": 0.81,
                }
            ],
            "coverage": {"characters": 26, "windows": 1, "truncated": False},
            "decision_id": "01KAMZ6E2H7Q3V9B0N5C8D1FGV",
        },
        {
            "id": "44",
            "status": 422,
            "problem": {
                "code": "invalid_item",
                "detail": "text is empty; it needs at least one character",
                "errors": [
                    {
                        "pointer": "/items/2/text",
                        "detail": "is empty; it needs at least one character",
                    }
                ],
            },
        },
    ],
}
