"""The SIPp scenario of one caller, as XML; its `from_address` is given with `-key`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import category

ANONYMOUS = "anonymous"
_USER = re.compile(r"\+?[A-Za-z0-9*#._-]{1,32}")
_LONGEST_NAME = 512
_NO_NAME = {"Cc", "Cs", "Zl", "Zp"}  # controls, half characters, line and paragraph ends
_PROGRESSES = (100, 180, 181, 182, 183)
_REFUSALS = (400, 401, 403, 404, 408, 410, 415, 420, 480, 481, 484, 486, 487, 488)
_FAILURES = (500, 501, 503, 504, 600, 603, 604)


def check_number(number: str) -> str:
    """Return the number; ValueError when it cannot stand in a SIP address."""
    if not _USER.fullmatch(number):
        raise ValueError(f"{number!r} is no number to dial: use digits, maybe with + in front")
    return number


def check_name(name: str) -> str:
    """Return the name; ValueError when it would break the SIP header."""
    if len(name) > _LONGEST_NAME or any(category(mark) in _NO_NAME for mark in name):
        raise ValueError("the caller's name must be one printable line of at most 512 characters")
    return name


@dataclass(frozen=True, kw_only=True, slots=True)
class Caller:
    """Who calls whom."""

    from_number: str  # or `anonymous`
    to_number: str
    name: str = ""
    longest_seconds: float = 120

    def __post_init__(self) -> None:
        check_number(self.from_number)
        check_number(self.to_number)
        check_name(self.name)


def from_address(caller: Caller) -> str:
    """Return the caller's SIP address, name and all; SIPp puts it in as it stands."""
    if caller.from_number == ANONYMOUS:
        return '"Anonymous" <sip:anonymous@anonymous.invalid>'
    name = re.sub(r'([\\"])', r"\\\1", caller.name)
    quoted = f'"{name}" ' if name else ""
    return f"{quoted}<sip:{caller.from_number}@127.0.0.1>"


_INVITE = """<?xml version="1.0" encoding="UTF-8" ?>
<scenario name="caller">
<send retrans="500"><![CDATA[
INVITE sip:{to}@[remote_ip]:[remote_port] SIP/2.0
{via}
From: [from_address];tag={tag}
To: <sip:{to}@[remote_ip]:[remote_port]>
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
m=audio {media_port} RTP/AVP 0 101
a=rtpmap:0 PCMU/8000
a=rtpmap:101 telephone-event/8000
a=fmtp:101 0-16
a=ptime:20
a=sendrecv
]]></send>
"""

_PROGRESS = """<recv response="{code}" optional="true"></recv>
"""

_REFUSED = """<recv response="{code}" optional="true" next="refused"><action>
<log message="refused {code}"/></action></recv>
"""

_ANSWERED = """<recv request="INFO" optional="true" next="cancel"></recv>
<recv response="200" rrs="true"><action>
<ereg regexp="m=audio ([0-9]+)" search_in="msg" check_it="true" assign_to="line,port"/>
<log message="answered [$port]"/></action></recv>
<send><![CDATA[
ACK [next_url] SIP/2.0
{via}-ack
[routes]
From: [from_address];tag={tag}
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0
]]></send>
<recv request="INFO" optional="true" next="leave"></recv>
<recv request="BYE" timeout="{milliseconds}" ontimeout="leave"><action>
<log message="other side hung up after [$line]"/></action></recv>
<send next="done"><![CDATA[
SIP/2.0 200 OK
[last_Via:]
[last_From:]
[last_To:]
[last_Call-ID:]
[last_CSeq:]
Content-Length: 0
]]></send>
"""

# `next_url` and `routes` were kept from the answer (rrs).
_LEAVE = """<label id="leave"/>
<send retrans="500"><![CDATA[
BYE [next_url] SIP/2.0
{via}-bye
[routes]
From: [from_address];tag={tag}
To: <sip:{to}@[remote_ip]:[remote_port]>[peer_tag_param]
Call-ID: [call_id]
CSeq: 2 BYE
Max-Forwards: 70
Content-Length: 0
]]></send>
<recv response="200" next="done"></recv>
<label id="cancel"/>
<send retrans="500"><![CDATA[
CANCEL sip:{to}@[remote_ip]:[remote_port] SIP/2.0
{via}
From: [from_address];tag={tag}
To: <sip:{to}@[remote_ip]:[remote_port]>
Call-ID: [call_id]
CSeq: 1 CANCEL
Max-Forwards: 70
Content-Length: 0
]]></send>
<recv response="200" optional="true"></recv>
<recv response="487"></recv>
<label id="refused"/>
<send><![CDATA[
ACK sip:{to}@[remote_ip]:[remote_port] SIP/2.0
{via}
From: [from_address];tag={tag}
[last_To:]
Call-ID: [call_id]
CSeq: 1 ACK
Max-Forwards: 70
Content-Length: 0
]]></send>
<label id="done"/>
<nop></nop>
</scenario>
"""


def caller_scenario(caller: Caller, *, media_port: int, token: str) -> str:
    """Return the XML of a caller whose sound is at 127.0.0.1:`media_port`.

    `token` names the call in branch and tag; letters and digits.
    """
    words = {
        "via": f"Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=z9hG4bK{token}",
        "tag": token,
        "to": caller.to_number,
        "media_port": media_port,
        "milliseconds": round(caller.longest_seconds * 1000),
    }
    progress = "".join(_PROGRESS.format(code=code) for code in _PROGRESSES)
    refused = "".join(_REFUSED.format(code=code) for code in _REFUSALS + _FAILURES)
    last = (_ANSWERED + _LEAVE).format(**words)
    return _INVITE.format(**words) + progress + refused + last


def hang_up_message(call_id: str) -> bytes:
    """Return what the scenario takes as the caller putting the receiver down."""
    return (
        "INFO sip:caller@127.0.0.1 SIP/2.0\r\n"
        "Via: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bKhangup\r\n"
        "From: <sip:hand@127.0.0.1>;tag=hand\r\n"
        "To: <sip:caller@127.0.0.1>\r\n"
        f"Call-ID: {call_id}\r\n"
        "CSeq: 9 INFO\r\n"
        "Content-Length: 0\r\n\r\n"
    ).encode()
