"""What a proof prints: one JSON object as its last line."""

import json
import os
import random
import secrets
import sys
from collections.abc import Sequence


def show(proof: str, **figures: object) -> None:
    """Print the figures past pytest's capture."""
    say(json.dumps({"proof": proof, **figures}))


def say(line: str) -> None:
    """Print a line past pytest's capture."""
    out = sys.__stdout__
    if out is not None:
        out.write(f"\n{line}")
        out.flush()


def seeded() -> tuple[int, random.Random]:
    """Return a seed, from SEED when it is set, and the chance that follows from it."""
    seed = int(os.environ.get("SEED", secrets.randbelow(10**6)))
    return seed, random.Random(seed)  # noqa: S311 - printed, so that a failure can be repeated


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share lies; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
