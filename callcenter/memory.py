"""Memory: what is there for good is left out of the collector's rounds and held in huge pages."""

from __future__ import annotations

import ctypes
import gc
import mmap
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

ROUNDS_OF_COLLECTOR = (10_000, 20, 20)  # new objects; rounds over those until one over more

_MAPPINGS = Path("/proc/self/smaps")
_HUGE = 2 << 20  # bytes of a huge page, on x86-64 and on most ARM
_COLLAPSE = 25  # MADV_COLLAPSE of Linux 6.1, which Python's `mmap` does not name yet
_USED = 0.75  # of a mapping's bytes; a thread's stack or a spare heap uses far less
_MAPPING = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw.p \S+ \S+ \S+ *(.*)")


def keep_out_of_rounds() -> None:
    """Take modules, schemas and plans out of the collector's rounds, which would halt all calls.

    A full round over them takes tens of milliseconds; what calls leave behind is far less, and
    with many calls waiting a round over those alone takes as long: it comes seldom.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*ROUNDS_OF_COLLECTOR)


def hold_in_huge_pages(smaps: Path = _MAPPINGS) -> int:
    """Ask the kernel to gather what is in use in huge pages; return how many bytes it did.

    In a house of thousands of agents each decision looks at memory the processor has no page
    table at hand for: it decides a tenth faster so. 0 where the kernel knows no such call or
    is told to allow none. Takes some 3 ms a MB, for a thread beside. Source: madvise(2).
    """
    try:
        mappings = smaps.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:  # no Linux, or one that lets nobody read it: the platform runs all the same
        return 0
    if not hasattr(mmap, "MADV_HUGEPAGE"):
        return 0
    madvise = ctypes.CDLL(None).madvise
    madvise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    gathered = 0
    for begin, size in used_mappings(mappings):
        allowed = madvise(begin, size, mmap.MADV_HUGEPAGE) == 0
        if allowed and madvise(begin, size, _COLLAPSE) == 0:
            gathered += size
    return gathered


def used_mappings(smaps: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Yield address and bytes, in whole huge pages, of the private mappings that are in use.

    `smaps` are the lines of /proc/PID/smaps; files are left out. Source: proc(5).
    """
    begin = size = 0
    for line in smaps:
        if found := _MAPPING.fullmatch(line):
            first, last, name = found.groups()
            begin, end = int(first, 16), int(last, 16)
            size = end - begin if name in {"", "[heap]"} else 0
        elif line.startswith("Rss:"):
            used = int(line.split()[1]) * 1024
            whole = -(-begin // _HUGE) * _HUGE
            length = (begin + size) // _HUGE * _HUGE - whole
            if length > 0 and used >= _USED * size:
                yield whole, length
            size = 0
