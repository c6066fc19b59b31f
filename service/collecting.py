"""Python's collector of cycles, told what it need not look at.

A loaded release, its words and debunks are some hundred thousand objects that stay as long as the
process. By default the collector looks at young objects after every 700 that are made, which is
several times a request, and at all of them from time to time: together a tenth of the processor
time around the model.
"""

from __future__ import annotations

import gc

# New objects between two looks at the young ones. A post leaves some eighty until it is looked at.
YOUNG = 20_000


def collect_rarely() -> None:
    """Look at young objects less often; older generations follow as they did."""
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])


def spare_what_stays() -> None:
    """Look no more at what there is now; what is new is looked at.

    The rubbish of a release that was served before goes first. After a start there is none yet.
    """
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
    gc.freeze()
