"""What a proof prints: one JSON object as its last line."""

import json
import sys
from collections.abc import Sequence


def show(proof: str, **figures: object) -> None:
    """Print the figures past pytest's capture."""
    line = json.dumps({"proof": proof, **figures})
    sys.__stdout__.write(f"\n{line}\n")  # type: ignore[union-attr]
    sys.__stdout__.flush()  # type: ignore[union-attr]


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which that share lies; 0 of none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
