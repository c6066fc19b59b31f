"""`mingjian serve`: the process around the application."""

from __future__ import annotations

import asyncio
import signal
import sys
import types
from typing import TYPE_CHECKING

import structlog
import uvicorn

from models.release import find_release
from service.collecting import spare_what_stays
from service.logs import configure_logs
from service.opening import Opening
from service.pools import leave_cores_to_model
from service.settings import Settings, unknown_variables

if TYPE_CHECKING:
    from service.state import State

log = structlog.get_logger("service")

# How long one Python thread may keep another waiting, in seconds: by default longer than the model
# takes for a post.
SWITCH_S = 0.0005


def serve(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT, then answer what was accepted; return the exit status.

    Raises ReleaseError at once when there is no release of that name, and NoKeys when callers
    need keys and there are none.
    """
    configure_logs(settings.log_level)
    for name in unknown_variables():
        log.warning("setting without effect", variable=name, see="docs/settings.md")
    find_release(settings.release)
    leave_cores_to_model()
    opening = Opening(settings)
    # Imported beside the loading of the release, which takes as long.
    from service.app import create_app
    from service.key.listening import check_keys

    asyncio.run(check_keys(settings))
    sys.setswitchinterval(SWITCH_S)
    app = create_app(settings, opening=opening)
    server = uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            # A peer is who it is: headers that claim another must not make it look local.
            proxy_headers=False,
            lifespan="on",
            timeout_graceful_shutdown=settings.shutdown_s,
        )
    )
    state: State = app.state.mingjian
    state.on_settled = spare_what_stays
    state.on_refusal = lambda: setattr(server, "should_exit", True)
    signal.signal(signal.SIGHUP, lambda *_: state.reload())
    # uvicorn raises the signal that stopped it once more when it is done; having answered
    # everything is a success.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _done)
    server.run()
    return 1 if state.refused or not server.started else 0


def _done(_number: int, _frame: types.FrameType | None) -> None:
    log.info("stopped")
