"""A limit on computing: what a person waits for while he types."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager

SECOND = 1.0


@contextmanager
def soon() -> Iterator[None]:
    """Fail when this thread computes for longer.

    The collector waits: its rounds over all that a run of the tests has left take longer.
    """
    gc.disable()
    begun = time.thread_time()
    try:
        yield
        assert time.thread_time() - begun < SECOND
    finally:
        gc.enable()
