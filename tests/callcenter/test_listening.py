"""The sockets that pages and pushes are served on."""

import asyncio
import socket

from callcenter.desk import HOST, bound_socket


async def test_a_small_frame_never_waits_for_the_one_before_to_be_acknowledged() -> None:
    accepted: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def attend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        own: socket.socket = writer.get_extra_info("socket")
        accepted.set_result(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        await reader.read()
        writer.close()

    listener = bound_socket(0, "CALLCENTER_PUSH_PORT")
    async with await asyncio.start_server(attend, sock=listener):
        _, writer = await asyncio.open_connection(HOST, listener.getsockname()[1])
        try:
            assert await asyncio.wait_for(accepted, 5) == 1
        finally:
            writer.close()
            await writer.wait_closed()
