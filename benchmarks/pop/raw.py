"""The raw path: what an AMI client without any knowledge can tell a websocket, and how soon."""

from __future__ import annotations

import asyncio
import json

from websockets.asyncio.server import ServerConnection, broadcast, serve


async def raw_path(ami_port: int, secret: str, port: int) -> None:
    """Write each call's first event and its wait to every websocket, as it comes."""
    listeners: set[ServerConnection] = set()

    async def attend(connection: ServerConnection) -> None:
        listeners.add(connection)
        await connection.wait_closed()

    async with serve(attend, "127.0.0.1", port, compression=None):
        reader, writer = await asyncio.open_connection("127.0.0.1", ami_port)
        writer.write(f"Action: Login\r\nUsername: callcenter\r\nSecret: {secret}\r\n\r\n".encode())
        while True:
            event = await reader.readuntil(b"\r\n\r\n")
            waits = b"UserEvent: CallQueued" in event
            if waits or (event.startswith(b"Event: Newchannel") and b"PJSIP/trunk" in event):
                caller = event.split(b"CallerIDNum: ", 1)[1].split(b"\r\n", 1)[0].decode()
                frame = {"type": "waits" if waits else "begins", "caller": caller}
                broadcast(listeners, json.dumps(frame))
