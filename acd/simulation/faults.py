"""What may go wrong in the simulated world, and how often."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace


@dataclass(frozen=True, kw_only=True, slots=True)
class Faults:
    """Shares are of single events or actions; the others are times an hour of simulated time."""

    doubled: float = 0.0  # share of events told twice
    refused: float = 0.0  # share of redirects that Asterisk refuses
    lost: float = 0.0  # some events vanish; the link is cut within seconds
    late: float = 0.0  # the feed stands still for a while
    cut: float = 0.0  # the link dies and is made again
    restart: float = 0.0  # the engine dies and begins anew from the store
    clock: float = 0.0  # the clock of the day steps by an hour, or a little back
    phones: float = 0.0  # a phone vanishes and comes back
    settings: float = 0.0  # a queue or an agent is set otherwise while calls go on


NO_FAULTS = Faults()
ALL = Faults(
    doubled=0.02,
    refused=0.01,
    lost=20,
    late=30,
    cut=20,
    restart=12,
    clock=8,
    phones=60,
    settings=40,
)
FAULTS = tuple(field.name for field in fields(Faults))


class UnknownFault(ValueError):  # noqa: N818 - errors are named for what happened
    """There is no fault of that name."""


def named(words: str) -> Faults:
    """Return the faults named with commas between them; `all` and `none` are names too."""
    wanted = [word.strip() for word in words.split(",") if word.strip()]
    faults = Faults()
    for word in wanted:
        if word == "all":
            faults = ALL
        elif word in FAULTS:
            faults = replace(faults, **{word: getattr(ALL, word)})
        elif word != "none":
            raise UnknownFault(f"no fault {word!r}; there are all, none, {', '.join(FAULTS)}")
    return faults
