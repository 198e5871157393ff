"""A witness of its own at Asterisk: who was rung, who was joined to whom, who went unserved."""

import asyncio
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field

from cti.connection import AmiConnection
from cti.messages import AmiMessage

SEEN = frozenset({"Newchannel", "BridgeEnter", "BridgeLeave", "Hangup"})
PHONE, CALLER = "PJSIP/agent-", "PJSIP/trunk-"
SERVES = (PHONE, "PJSIP/phones-")  # a phone here, or one behind another Asterisk


@dataclass
class Witness:
    """Told by Asterisk alone, over a link of its own; knows nothing of the engine."""

    port: int
    secret: str
    alive: set[str] = field(default_factory=set)  # callers
    served: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    ended: dict[str, list[str]] = field(default_factory=dict)  # callers, and who served each
    double_offers: list[str] = field(default_factory=list)
    first_served: dict[str, float] = field(default_factory=dict)  # seconds since the call came
    came_and_served: list[tuple[float, float]] = field(default_factory=list)  # by one clock
    numbers: dict[str, str] = field(default_factory=dict)  # of callers, by channel
    _trail: deque[str] = field(default_factory=lambda: deque(maxlen=60))
    _rung: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _bridges: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _began: dict[str, float] = field(default_factory=dict)

    async def start(self) -> None:
        self._link = AmiConnection(
            "127.0.0.1", self.port, "callcenter", self.secret, on_message=self._hear, wanted=SEEN
        )
        await self._link.connect(within=10)

    async def stop(self) -> None:
        await self._link.close()

    def forget(self) -> None:
        """Begin to count anew."""
        self.served.clear()
        self.ended.clear()
        self.double_offers.clear()
        self.first_served.clear()

    @property
    def came(self) -> int:
        """How many callers there were."""
        return len(self._began)

    @property
    def lost(self) -> list[str]:
        """Callers who ended without having been joined to an agent."""
        return [caller for caller, agents in self.ended.items() if not agents]

    @property
    def twice(self) -> list[str]:
        """Callers who were joined to more than one agent."""
        joined = {**self.served, **self.ended}
        return [caller for caller, agents in joined.items() if len(set(agents)) > 1]

    async def until_alive(self, count: int, seconds: float = 30) -> None:
        """Wait until so many callers are in at once."""
        async with asyncio.timeout(seconds):
            while len(self.alive) < count:  # noqa: ASYNC110 - each event would wake us
                await asyncio.sleep(0.05)

    def _hear(self, message: AmiMessage) -> None:
        channel = message.get("Channel")
        place = f"{message.get('Context')} {message.get('Exten')} {message.get('Linkedid')}"
        self._trail.append(f"{message.get('Timestamp')} {message.event} {channel} {place}")
        match message.event:
            case "Newchannel":
                self._came(channel)
                self.numbers[channel] = message.get("CallerIDNum")
            case "BridgeEnter":
                self._joined(channel, message.get("BridgeUniqueid"))
            case "BridgeLeave":
                self._bridges[message.get("BridgeUniqueid")].discard(channel)
            case "Hangup":
                self._went(channel)

    def _came(self, channel: str) -> None:
        if channel.startswith(CALLER):
            self.alive.add(channel)
            self._began[channel] = time.monotonic()
        elif channel.startswith(PHONE):
            rung = self._rung[channel.rpartition("-")[0]]
            rung.add(channel)
            if len(rung) > 1:
                self.double_offers.append("\n".join([" and ".join(sorted(rung)), *self._trail]))

    def _joined(self, channel: str, bridge: str) -> None:
        there = self._bridges[bridge]
        there.add(channel)
        agents = [each for each in there if each.startswith(SERVES)]
        for caller in (each for each in there if each.startswith(CALLER)):
            self.served[caller] += [agent for agent in agents if agent not in self.served[caller]]
            if agents and caller not in self.first_served:
                began, now = self._began.get(caller, 0.0), time.monotonic()
                self.first_served[caller] = now - began
                self.came_and_served.append((began, now))

    def _went(self, channel: str) -> None:
        if channel.startswith(PHONE):
            self._rung[channel.rpartition("-")[0]].discard(channel)
        elif channel in self.alive:
            self.alive.discard(channel)
            self.ended[channel] = self.served.pop(channel, [])
