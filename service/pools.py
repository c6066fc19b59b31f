"""Thread pools of other libraries, kept off the cores that the model needs.

A product of a post with a few thousand vectors is done in less time than it takes to wake a second
thread, and threads of BLAS wait for their next work by spinning: on two cores they took as much
processor time as everything around the model together.
"""

from __future__ import annotations

import os

from threadpoolctl import threadpool_limits


def leave_cores_to_model() -> None:
    """Let BLAS, once it is loaded, and the tokenizer work in the thread that calls them."""
    threadpool_limits(limits=1, user_api="blas")
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
