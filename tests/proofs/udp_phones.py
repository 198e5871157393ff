"""All phones of a hall on one UDP port: they ring, and answer in the moment they are told to."""

import asyncio
from typing import Any

from websocket_phone import header

_SDP = (
    "v=0\r\no=phone 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
    "m=audio 39002 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
)
_KEPT = {"via", "from", "call-id", "cseq", "record-route"}


class UdpPhones(asyncio.DatagramProtocol):
    """`ringing` holds the INVITEs that ring; `answer` takes one; `parted` names calls with a BYE.

    A `stubborn` phone has answered when CANCEL reaches it: it says 200 to the INVITE.
    """

    def __init__(self) -> None:
        self.stubborn = False
        self.parted: asyncio.Queue[str] = asyncio.Queue()
        self.ringing: asyncio.Queue[str] = asyncio.Queue()
        self._transport: Any = None
        self._seen: set[str] = set()
        self._invites: dict[str, str] = {}

    @classmethod
    async def open(cls, port: int, asterisk_port: int) -> "UdpPhones":
        loop = asyncio.get_running_loop()
        _, phones = await loop.create_datagram_endpoint(
            cls, local_addr=("127.0.0.1", port), remote_addr=("127.0.0.1", asterisk_port)
        )
        return phones

    def close(self) -> None:
        self._transport.close()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: object) -> None:
        del addr
        request = data.decode()
        call = header(request, "Call-ID")
        match request.split(" ", 1)[0]:
            case "INVITE" if call not in self._invites:
                self._invites[call] = request
                self._respond(request, "180 Ringing")
                self.ringing.put_nowait(request)
            case "CANCEL":
                self._respond(request, "200 OK")
                if self.stubborn:
                    self.answer(self._invites[call])
                else:
                    self._respond(self._invites[call], "487 Request Terminated")
            case "BYE":
                self._respond(request, "200 OK")
                self.parted.put_nowait(call)

    def answer(self, invite: str) -> None:
        """Take the call."""
        port = self._transport.get_extra_info("sockname")[1]
        more = f"Contact: <sip:phone@127.0.0.1:{port}>\r\nContent-Type: application/sdp\r\n"
        self._respond(invite, "200 OK", more=more, body=_SDP)

    def _respond(self, request: str, line: str, *, more: str = "", body: str = "") -> None:
        head = request.split("\r\n\r\n", 1)[0].split("\r\n")
        kept = [text for text in head if text.split(":", 1)[0].lower() in _KEPT]
        to = f"To: {header(request, 'To')};tag=phone"
        told = "\r\n".join([f"SIP/2.0 {line}", *kept, to if ";tag=" not in to[:-10] else to[:-10]])
        length = f"Content-Length: {len(body)}"
        self._transport.sendto(f"{told}\r\n{more}{length}\r\n\r\n{body}".encode())
