"""A caller whose From header is whatever bytes a story wants; without sound."""

import asyncio
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

_TAG = re.compile(rb"^To:.*;tag=([^;\s]+)", re.MULTILINE | re.IGNORECASE)
_CONTACT = re.compile(rb"^Contact:\s*<([^>]+)>", re.MULTILINE | re.IGNORECASE)
_SDP = (
    b"v=0\r\no=odd 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    b"m=audio 9 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
)


class _Line(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self.heard: asyncio.Queue[bytes] = asyncio.Queue()

    def datagram_received(self, data: bytes, addr: object) -> None:
        del addr
        self.heard.put_nowait(data)


class RawCall:
    """One call: `status` is the final answer to its INVITE."""

    def __init__(self, transport: asyncio.DatagramTransport, line: _Line, head: bytes) -> None:
        self.status = 0
        self._transport, self._line, self._head = transport, line, head
        self._to, self._target = b"", b""
        self._number = 1
        self._port: int = transport.get_extra_info("sockname")[1]
        self._call = secrets.token_hex(8).encode()

    async def invite(self, to: str, sip_port: int) -> None:
        self._target = f"sip:{to}@127.0.0.1:{sip_port}".encode()
        self._to = b"<" + self._target + b">"
        self._send(b"INVITE", _SDP)
        async with asyncio.timeout(10):
            while self.status < 200:
                answer = await self._line.heard.get()
                if answer.startswith(b"SIP/2.0 "):
                    self.status = int(answer[8:11])
        if tag := _TAG.search(answer):
            self._to += b";tag=" + tag[1]
        if contact := _CONTACT.search(answer):
            self._target = contact[1]
        self._send(b"ACK")

    def bye(self) -> None:
        self._number += 1
        self._send(b"BYE")

    def _send(self, method: bytes, body: bytes = b"") -> None:
        branch = b"z9hG4bK" + secrets.token_hex(8).encode()
        kind = b"Content-Type: application/sdp\r\n" if body else b""
        self._transport.sendto(
            b"%s %s SIP/2.0\r\n" % (method, self._target)
            + b"Via: SIP/2.0/UDP 127.0.0.1:%d;branch=%s\r\n" % (self._port, branch)
            + b"From: %s;tag=odd\r\nTo: %s\r\n" % (self._head, self._to)
            + b"Call-ID: %s\r\nCSeq: %d %s\r\n" % (self._call, self._number, method)
            + b"Contact: <sip:odd@127.0.0.1:%d>\r\nMax-Forwards: 70\r\n" % self._port
            + kind
            + b"Content-Length: %d\r\n\r\n" % len(body)
            + body
        )


@asynccontextmanager
async def raw_call(head: bytes, *, sip_port: int, to: str = "4000") -> AsyncIterator[RawCall]:
    """Call in with these bytes as From; leaving hangs up. An INVITE not heard raises in 10 s."""
    loop = asyncio.get_running_loop()
    transport, line = await loop.create_datagram_endpoint(
        _Line, local_addr=("127.0.0.1", 0), remote_addr=("127.0.0.1", sip_port)
    )
    call = RawCall(transport, line, head)
    try:
        await call.invite(to, sip_port)
        yield call
        if call.status == 200:
            call.bye()
    finally:
        transport.close()
