"""A phone that speaks SIP over a websocket: it registers and rings, and has no sound."""

import asyncio
import hashlib
import re
import secrets
from types import TracebackType
from typing import Self

from websockets.asyncio.client import ClientConnection, connect

REALM = "callcenter"
_SECONDS = 5.0


def md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def ha1(endpoint: str, password: str) -> str:
    return md5(f"{endpoint}:{REALM}:{password}")


def header(message: str, name: str) -> str:
    found = re.search(rf"^{re.escape(name)}:\s*(.*?)\r?$", message, re.MULTILINE | re.IGNORECASE)
    return found[1] if found else ""


def call_id_of(invite: str) -> str:
    """Return the call an offer rings for: the host of its From."""
    host = header(invite, "From").partition("@")[2].partition(">")[0].partition(":")[0]
    return host.removesuffix(".invalid")


def status(message: str) -> int:
    return int(message.split(" ", 2)[1])


class WebsocketPhone:
    """One websocket to Asterisk, signed as `endpoint`."""

    def __init__(self, endpoint: str, *, port: int) -> None:
        self.endpoint = endpoint
        self._port = port
        self._number = 0
        self._call_id = secrets.token_hex(8)
        self._answers: asyncio.Queue[str] = asyncio.Queue()
        self._requests: asyncio.Queue[str] = asyncio.Queue()
        self._invites: dict[str, str] = {}  # by Call-ID, until they are taken back
        self._socket: ClientConnection | None = None
        self._reader: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        address = f"ws://127.0.0.1:{self._port}/ws"
        self._socket = await connect(address, subprotocols=["sip"], proxy=None, close_timeout=1)
        self._reader = asyncio.create_task(self._read())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._socket is not None
        await self._socket.close()
        if self._reader is not None:
            await asyncio.gather(self._reader, return_exceptions=True)

    async def _read(self) -> None:
        assert self._socket is not None
        async for message in self._socket:
            text = message if isinstance(message, str) else message.decode()
            queue = self._answers if text.startswith("SIP/2.0") else self._requests
            queue.put_nowait(text)
            if text.startswith("INVITE"):
                self._invites[header(text, "Call-ID")] = text
            elif text.startswith("CANCEL"):
                await self._stop_ringing(text)

    async def _stop_ringing(self, cancel: str) -> None:
        """Say so: Asterisk holds the channel for half a minute for one who does not."""
        await self.respond(cancel, "200 OK")
        if invite := self._invites.pop(header(cancel, "Call-ID"), ""):
            await self.respond(invite, "487 Request Terminated")

    async def register(self, password: str, *, expires: int = 120) -> int:
        """Register with the password and return the final status."""
        first = await self._ask("REGISTER", "", expires)
        if status(first) != 401:
            return status(first)
        return status(await self._ask("REGISTER", self._authorization(first, password), expires))

    def _authorization(self, challenge: str, password: str) -> str:
        asked = header(challenge, "WWW-Authenticate")
        nonce = re.search(r'nonce="([^"]*)"', asked)
        opaque = re.search(r'opaque="([^"]*)"', asked)
        assert nonce is not None
        uri = "sip:127.0.0.1"
        middle = f"{nonce[1]}:00000001:c0ffee:auth"
        answer = md5(f"{ha1(self.endpoint, password)}:{middle}:{md5(f'REGISTER:{uri}')}")
        more = f',opaque="{opaque[1]}"' if opaque else ""
        return (
            f'Authorization: Digest username="{self.endpoint}",realm="{REALM}",nonce="{nonce[1]}",'
            f'uri="{uri}",response="{answer}",algorithm=MD5,qop=auth,nc=00000001,'
            f'cnonce="c0ffee"{more}\r\n'
        )

    async def _ask(self, method: str, more: str, expires: int) -> str:
        self._number += 1
        await self._send(
            f"{method} sip:127.0.0.1 SIP/2.0\r\n"
            f"Via: SIP/2.0/WS phone.invalid;branch=z9hG4bK{secrets.token_hex(6)}\r\n"
            f"From: <sip:{self.endpoint}@127.0.0.1>;tag=phone\r\n"
            f"To: <sip:{self.endpoint}@127.0.0.1>\r\n"
            f"Call-ID: {self._call_id}\r\n"
            f"CSeq: {self._number} {method}\r\n"
            f"Contact: <sip:{self.endpoint}@phone.invalid;transport=ws>\r\n"
            f"Max-Forwards: 70\r\nExpires: {expires}\r\n{more}Content-Length: 0\r\n\r\n"
        )
        while True:
            answer = await asyncio.wait_for(self._answers.get(), _SECONDS)
            if status(answer) >= 200:
                return answer

    async def rings(self, seconds: float = _SECONDS) -> str:
        """Wait for an INVITE, say that it rings, and return it."""
        while True:
            request = await asyncio.wait_for(self._requests.get(), seconds)
            if request.startswith("INVITE"):
                await self.respond(request, "180 Ringing")
                return request

    def unheard(self) -> list[str]:
        """Return the requests that `rings` did not look at."""
        return [self._requests.get_nowait() for _ in range(self._requests.qsize())]

    async def respond(self, request: str, line: str) -> None:
        kept = [
            text
            for text in request.split("\r\n\r\n", 1)[0].split("\r\n")
            if text.split(":", 1)[0].lower() in {"via", "from", "call-id", "cseq"}
        ]
        to = header(request, "To")
        head = "\r\n".join([f"SIP/2.0 {line}", *kept, f"To: {to};tag=phone"])
        await self._send(f"{head}\r\nContent-Length: 0\r\n\r\n")

    async def _send(self, text: str) -> None:
        assert self._socket is not None
        await self._socket.send(text)
