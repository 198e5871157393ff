"""An Asterisk whose agents are SIPp phones, with one way in for each side of the comparison."""

from __future__ import annotations

import asyncio
import re
import secrets
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from asterisk_conf.plan import AsteriskPlan, AsteriskPorts, FallbackQueue
from callcenter.asterisk import AsteriskServer

QUEUE = "service"

# Callers dial `ours` or `peer`; both wait answered, with the same music.
WAYS_IN = f"""
[bench]
exten => ours,1,Answer(0)
 same => n,Set(CC_QUEUE={QUEUE})
 same => n,Goto(wait,s,1)
exten => peer,1,Answer(0)
 same => n,Queue({QUEUE})
 same => n,Hangup()
"""
PHONE = """
[agent-{extension}]
type = endpoint
transport = transport-bench
context = from-agent
disallow = all
allow = ulaw
direct_media = no
aors = agent-{extension}

[agent-{extension}]
type = aor
contact = sip:agent-{extension}@127.0.0.1:{port}
"""
TRANSPORT = """
[transport-bench]
type = transport
protocol = udp
bind = 127.0.0.1:{port}
"""


def free_ports(count: int) -> list[int]:
    """Return ports that are free for TCP and UDP right now."""
    held = []
    try:
        for _ in range(count):
            tcp, udp = socket.socket(), socket.socket(type=socket.SOCK_DGRAM)
            tcp.bind(("127.0.0.1", 0))
            udp.bind(tcp.getsockname())
            held += [tcp, udp]
        return [tcp.getsockname()[1] for tcp in held[::2]]
    finally:
        for each in held:
            each.close()


class BenchAsterisk(AsteriskServer):
    """The platform's own configuration; only the phones' wire and the way in are changed."""

    def __init__(self, home: Path, extensions: list[str], *, phones_port: int) -> None:
        self.extensions, self.phones_port = extensions, phones_port
        sip, http, ami, agi, self.bench_port = free_ports(5)
        plan = AsteriskPlan(
            home=home,
            ami_secret=secrets.token_urlsafe(),
            ports=AsteriskPorts(
                sip=sip, http=http, ami=ami, agi=agi, rtp_first=30_000, rtp_last=30_999
            ),
            queues=(FallbackQueue(name=QUEUE, members=tuple(extensions)),),
        )
        super().__init__(plan)

    def write_files(self) -> bool:
        """Render as always, then lead the trunk to the ways in and the phones to SIPp."""
        changed = super().write_files()
        self._edit("pjsip.conf", self._phones)
        self._edit("extensions.conf", lambda text: text + WAYS_IN)
        # Both sides decide at once after a call: no pause of the agent's own making.
        self._edit("queues.conf", lambda text: re.sub(r"(?m)^retry = .*$", "retry = 1", text))
        return changed

    def unpause_all(self) -> None:
        """Undo what the other side may have left in app_queue."""
        for extension in self.extensions:
            self.command(f"queue unpause member PJSIP/agent-{extension}")

    def hang_up_all(self) -> None:
        """End every call."""
        self.command("channel request hangup all")

    def channels(self) -> int:
        """Count the channels that live."""
        found = re.search(r"(\d+) active channel", self.command("core show channels count"))
        return int(found[1]) if found else 0

    async def no_channels(self, seconds: float = 15) -> None:
        """Wait until every call is over."""
        for _ in range(int(seconds / 0.2)):
            if self.channels() == 0:
                return
            await asyncio.sleep(0.2)
        raise TimeoutError("calls are left in Asterisk")

    def _edit(self, name: str, edit: object) -> None:
        path = self.plan.configuration / name
        path.write_text(edit(path.read_text()))  # type: ignore[operator]

    def _phones(self, text: str) -> str:
        text = text.replace("context = from-trunk", "context = bench")
        text += TRANSPORT.format(port=self.bench_port)
        for extension in self.extensions:
            text += PHONE.format(extension=extension, port=self.phones_port)
        return text


Bench = TypeVar("Bench", bound=BenchAsterisk)


@contextmanager
def running(
    extensions: list[str], *, phones_port: int, kind: type[Bench] = BenchAsterisk
) -> Iterator[Bench]:
    """Run it in a short-named directory of its own, and leave nothing."""
    with tempfile.TemporaryDirectory(prefix="cc-") as home:
        server = kind(Path(home), extensions, phones_port=phones_port)
        server.start()
        try:
            yield server
        finally:
            server.stop()
