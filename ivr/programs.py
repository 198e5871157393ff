"""Running the programs that make and shape sound, bounded in time and without a shell."""

from __future__ import annotations

import asyncio
from pathlib import Path

from ivr.errors import VoiceFailed

ENGINE_SECONDS = 30.0  # a prompt of 1,000 characters takes espeak-ng about one


async def run_program(argv: list[str], stdin: bytes, *, seconds: float = ENGINE_SECONDS) -> bytes:
    """Run a program without a shell; gives its output, raises `VoiceFailed` when it fails."""
    program = Path(argv[0]).name
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*argv, stdin=pipe, stdout=pipe, stderr=pipe)
    try:
        async with asyncio.timeout(seconds):
            out, err = await process.communicate(stdin)
    except TimeoutError as error:
        raise VoiceFailed(f"{program} gave no sound within {seconds:.0f} s") from error
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        reason = err.decode(errors="replace").strip().splitlines()[-1:] or ["no message"]
        raise VoiceFailed(f"{program} ended with {process.returncode}: {reason[0]}")
    return out
