"""Runs the `callcenter` command as a person does, and reads its refusals."""

import os
import subprocess
import sys

COMMAND = (sys.executable, "-m", "callcenter")


def callcenter(
    *words: str, as_user: str = "", seconds: float = 60, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `as_user` becomes another user first."""
    become = ["setpriv", f"--reuid={as_user}", f"--regid={as_user}", "--clear-groups", "--"]
    return subprocess.run(
        [*(become if as_user else []), *COMMAND, *words],
        env={**os.environ, **settings},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=seconds,
        check=False,
    )


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line, having checked that it is one."""
    assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("callcenter: ")
    return lines[0]
