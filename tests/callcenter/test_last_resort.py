from __future__ import annotations

import subprocess
import sys
from textwrap import dedent

PROGRAM = """
    import asyncio, sys, threading
    from callcenter.last_resort import LastResort
    from callcenter.log_lines import write_log_lines

    write_log_lines(sys.stderr)

    async def main(last_resort):
        last_resort.begin()
        {body}

    with LastResort(word_seconds=0.2, last_seconds=0.5) as last_resort:
        asyncio.run(main(last_resort))
    print("ended by itself")
"""


def ended(body: str) -> subprocess.CompletedProcess[str]:
    program = dedent(PROGRAM).replace("{body}", body)
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=30, check=False
    )


def test_a_task_that_waits_for_ever_is_named_and_the_process_ends() -> None:
    done = ended("await asyncio.Event().wait()")
    assert done.returncode == 70
    words = done.stderr.splitlines()
    assert ["still_ending" in words[0], "ended_by_force" in words[1]] == [True, True]
    assert "Task-1" in words[1]
    assert "locks.py" in words[1]


def test_a_blocked_loop_and_its_thread_are_seen_too() -> None:
    done = ended("threading.Event().wait()")
    assert done.returncode == 70
    assert "MainThread" in done.stderr
    assert "threading.py" in done.stderr


def test_a_thread_that_never_ends_does_not_keep_the_process() -> None:
    done = ended("asyncio.get_running_loop().run_in_executor(None, threading.Event().wait)")
    assert done.returncode == 70
    assert "asyncio_0" in done.stderr


def test_an_end_in_time_is_left_alone() -> None:
    done = ended("await asyncio.sleep(0)")
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "ended by itself", "")
