"""What a proof prints: one JSON object as its last line."""

import json
import os
import random
import secrets
import sys
from collections.abc import Sequence

SHOWN: list[str] = []  # printed again when pytest has said its last word


def show(proof: str, **figures: object) -> None:
    """Print the figures of a proof, now and at the very end."""
    SHOWN.append(json.dumps({"proof": proof, **figures}))
    say(SHOWN[-1])


def say(line: str) -> None:
    """Print a line; `make prove` lets it through, and a test that fails shows it."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def seeded() -> tuple[int, random.Random]:
    """Return a seed, from SEED when it is set, and the chance that follows from it."""
    seed = int(os.environ.get("SEED", secrets.randbelow(10**6)))
    return seed, random.Random(seed)  # noqa: S311 - printed, so that a failure can be repeated


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share lies; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
