"""A mutant: one planted bug of the board, there while a run lasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from acd.board import Board
from acd.simulation.faults import ALL, Faults

Method = Callable[..., Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Mutant:
    """One planted bug: what is patched, while the run lasts."""

    name: str
    words: str
    bugs: tuple[tuple[Any, str, Callable[[Method], Method]], ...] = ()
    board: Callable[..., Board] = Board
    faults: Faults = ALL  # of the world it is hunted in

    @contextmanager
    def planted(self) -> Iterator[None]:
        """Let the bug be there."""
        with ExitStack() as stack:
            for target, attribute, bug in self.bugs:
                planted = bug(getattr(target, attribute))
                stack.enter_context(patch.object(target, attribute, planted))
            yield


def does_nothing(_sound: Method) -> Method:
    """Return a method that does nothing."""
    return lambda *_args, **_kwargs: None


def is_false(_sound: Method) -> Method:
    """Return a method that always says no."""
    return lambda *_args, **_kwargs: False
