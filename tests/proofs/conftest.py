"""Lets the figures of the proofs be the last thing that is printed."""

import sys

import pytest
from figures import SHOWN


def pytest_unconfigure(config: pytest.Config) -> None:
    del config
    for line in SHOWN:
        sys.stdout.write(f"{line}\n")
