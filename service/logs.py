"""Structured logs: one JSON object a line, never the text of a post.

Exceptions are logged as their type and the places they passed through; their message is left out,
because it may quote what was being read.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import TextIO

import orjson
import structlog
from structlog.typing import EventDict, WrappedLogger

# At the level debug they log what they carry: texts on their way to the database, headers.
TOO_TALKATIVE = ("aiosqlite", "httpcore2", "httpx2")
ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure_logs(level: str, stream: TextIO | None = None) -> None:
    """Send the logs of the service, of uvicorn and of libraries to `stream` (standard error)."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        places_only,
    ]
    structlog.configure(
        processors=[
            # First: what is not written needs no time, and no names.
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(serializer=_dumps),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    # Requests are logged by service.middleware, with route templates instead of addresses.
    logging.getLogger("uvicorn.access").disabled = True
    for name in TOO_TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


def places_only(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its type and its places in the code."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    if isinstance(info, BaseException):
        info = (type(info), info, info.__traceback__)
    if info and info[0]:
        event["exception"] = info[0].__name__
        event["places"] = [
            f"{frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(info[2])
        ]
    record = event.get("_record")
    if record is not None:
        record.exc_info = record.exc_text = None
        event.pop("stack_info", None)
    return event


def _dumps(event: EventDict, **_options: object) -> str:
    return orjson.dumps(event, default=repr).decode()
