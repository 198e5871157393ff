"""A SIPp caller whose keys travel as SIP INFO, as old gateways send them."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

_INVITE = """<?xml version="1.0" encoding="UTF-8" ?>
<scenario name="info">
<send retrans="500"><![CDATA[
INVITE sip:4000@[remote_ip]:[remote_port] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:13900000009@127.0.0.1>;tag=[call_number]
To: <sip:4000@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 INVITE
Contact: <sip:caller@[local_ip]:[local_port]>
Max-Forwards: 70
Content-Type: application/sdp
Content-Length: [len]

v=0
o=caller 1 1 IN IP4 127.0.0.1
s=-
c=IN IP4 127.0.0.1
t=0 0
m=audio [media_port] RTP/AVP 0
a=rtpmap:0 PCMU/8000
]]></send>
<recv response="100" optional="true"></recv>
<recv response="180" optional="true"></recv>
<recv response="183" optional="true"></recv>
<recv response="200" rrs="true"></recv>
<send><![CDATA[
ACK [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:13900000009@127.0.0.1>;tag=[call_number]
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0
]]></send>
"""

_KEY = """<pause milliseconds="{pause}"/>
<send retrans="500"><![CDATA[
INFO [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:13900000009@127.0.0.1>;tag=[call_number]
To: <sip:4000@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: {number} INFO
Max-Forwards: 70
Content-Type: application/dtmf-relay
Content-Length: [len]

Signal={key}
Duration=160
]]></send>
<recv response="200"></recv>
"""

_END = """<pause milliseconds="{hold}"/>
<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
[routes]
From: <sip:13900000009@127.0.0.1>;tag=[call_number]
To: <sip:4000@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 99 BYE
Max-Forwards: 70
Content-Length: 0
]]></send>
<recv response="200"></recv>
</scenario>
"""


@asynccontextmanager
async def info_callers(
    keys: str,
    *,
    sip_port: int,
    pause: float,
    hold: float,
    to: str = "4000",
    calls: int = 1,
    rate: int = 10,
) -> AsyncIterator[None]:
    """Call `calls` times, `rate` a second, press each key `pause` seconds after the one before.

    Each caller hangs up `hold` seconds after his last key; all are gone afterwards.
    """
    folder = Path(tempfile.mkdtemp(prefix="cc-info-"))
    pressed = "".join(
        _KEY.format(key=key, pause=round(pause * 1000), number=number)
        for number, key in enumerate(keys, start=2)
    )
    scenario = _INVITE + pressed + _END.format(hold=round(hold * 1000))
    (folder / "info.xml").write_text(scenario.replace("sip:4000@", f"sip:{to}@"), encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        "sipp",
        *("-sf", "info.xml", "-i", "127.0.0.1", "-m", str(calls), "-r", str(rate)),
        *("-l", str(calls), "-nostdin", f"127.0.0.1:{sip_port}"),
        cwd=folder,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        yield
        async with asyncio.timeout(hold + 30):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        shutil.rmtree(folder, ignore_errors=True)
