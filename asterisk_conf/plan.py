"""What one Asterisk of ours shall be: ports, places, phones and queues, checked before use."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

# Asterisk's own limit: the control socket's path must fit into `sockaddr_un`.
LONGEST_SOCKET_PATH = 107

_EXTENSION = re.compile(r"[0-9]{2,8}")
_QUEUE = re.compile(r"[a-z0-9-]{1,40}")
_SYSTEM = re.compile(r"[a-z][a-z0-9]{0,11}")
_NUMBER = re.compile(r"\+?[0-9]{2,20}")
_SECRET = re.compile(r"[A-Za-z0-9_-]{16,128}")
_PEER = re.compile(r"[A-Za-z0-9.-]{1,253}:[0-9]{1,5}")
# A line break ends a value, ';' begins a comment, '[' a section, '"<>' bound a caller id.
_UNSAFE_IN_NAME = re.compile(r'[\x00-\x1f\x7f\u0085\u2028\u2029;\[\]"<>\\,$|]+')
_UNSAFE_IN_PATH = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029;\[\]\\,$]")
_LONGEST_NAME = 64


class InvalidPlan(ValueError):  # noqa: N818 - named as the trade says it
    """A value that may not stand in Asterisk's configuration."""


def _require(pattern: re.Pattern[str], text: str, what: str) -> None:
    if not pattern.fullmatch(text):
        raise InvalidPlan(f"{what} {text!r} may not stand in Asterisk's configuration")


def display_name(text: str) -> str:
    """Return the name without what Asterisk's files cannot hold, at most 64 characters."""
    return " ".join(_UNSAFE_IN_NAME.sub(" ", text).split())[:_LONGEST_NAME]


@dataclass(frozen=True, kw_only=True, slots=True)
class AsteriskPorts:
    """Every port this Asterisk listens on, all on 127.0.0.1, and the FastAGI port it calls."""

    sip: int = 5060
    http: int = 8088
    ami: int = 5038
    agi: int = 4573
    rtp_first: int = 10000
    rtp_last: int = 10999

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            port = getattr(self, name)
            if not 0 < port < 65536:  # noqa: PLR2004 - the range of a port
                raise InvalidPlan(f"port {name}={port} is not between 1 and 65535")
        if self.rtp_first >= self.rtp_last:
            raise InvalidPlan("the first RTP port must be below the last one")


@dataclass(frozen=True, kw_only=True, slots=True)
class AgentPhone:
    """A phone of an agent: endpoint `agent-<extension>`."""

    extension: str
    name: str

    def __post_init__(self) -> None:
        _require(_EXTENSION, self.extension, "extension")

    @property
    def endpoint(self) -> str:
        """The name it registers under."""
        return f"agent-{self.extension}"


@dataclass(frozen=True, kw_only=True, slots=True)
class FallbackQueue:
    """A queue that Asterisk itself can serve when nobody else does."""

    name: str
    members: tuple[str, ...] = ()  # extensions

    def __post_init__(self) -> None:
        _require(_QUEUE, self.name, "queue")
        for extension in self.members:
            _require(_EXTENSION, extension, "queue member")


@dataclass(frozen=True, kw_only=True, slots=True)
class AsteriskPlan:
    """Everything the templates need; nothing else reaches Asterisk's files.

    `home` is the installation's directory: Asterisk writes below `home/asterisk` alone
    and plays prompts from `home/prompts`. `trunk_peer` is the carrier (`host:port`, UDP);
    without one, and with `demo`, outgoing calls ring the demo caller's phone.
    """

    home: Path
    ami_secret: str
    ports: AsteriskPorts = AsteriskPorts()
    agents: tuple[AgentPhone, ...] = ()
    queues: tuple[FallbackQueue, ...] = ()
    demo: bool = False
    trunk_peer: str = ""
    outbound_number: str = ""  # caller number shown on outgoing calls
    system_name: str = ""  # of one Asterisk of several; makes its calls' ids its own
    node_port: int = 0  # TCP, between Asterisks of ours that ring each other's phones; 0: none
    phones_at: str = ""  # the Asterisk our phones register at (`host:node port`); empty: here

    def __post_init__(self) -> None:
        _require(_SECRET, self.ami_secret, "AMI secret")
        if self.trunk_peer:
            _require(_PEER, self.trunk_peer, "trunk peer")
        if self.outbound_number:
            _require(_NUMBER, self.outbound_number, "outbound number")
        if self.system_name:
            _require(_SYSTEM, self.system_name, "Asterisk's name")
        if self.phones_at:
            _require(_PEER, self.phones_at, "place of the phones")
            if not self.node_port:
                raise InvalidPlan(
                    "phones at another Asterisk are reached from a node port of ours"
                )
        if not 0 <= self.node_port < 65536:  # noqa: PLR2004 - the range of a port
            raise InvalidPlan(f"port node_port={self.node_port} is not between 1 and 65535")
        self._check_home()

    def _check_home(self) -> None:
        if not self.home.is_absolute() or _UNSAFE_IN_PATH.search(str(self.home)):
            raise InvalidPlan(f"directory {str(self.home)!r} may not stand in the configuration")
        if len(str(self.control_socket).encode()) > LONGEST_SOCKET_PATH:
            raise InvalidPlan(f"directory {self.home} is too long a name for a socket below it")

    @property
    def node_secret(self) -> str:
        """What the Asterisks that share one AMI secret show each other."""
        return hashlib.sha256(f"node:{self.ami_secret}".encode()).hexdigest()

    @property
    def way_to_phones(self) -> str:
        """What follows a phone's name when it is dialled."""
        return "@phones" if self.phones_at else ""

    @property
    def endpoints(self) -> list[str]:
        """The phones that may register."""
        return [agent.endpoint for agent in self.agents] + ["demo-caller"] * self.demo

    @property
    def directory(self) -> Path:
        """Where Asterisk writes."""
        return self.home / "asterisk"

    @property
    def configuration(self) -> Path:
        """Where the rendered files go."""
        return self.directory / "etc"

    @property
    def prompts(self) -> Path:
        """Sound files made by the platform, readable by Asterisk."""
        return self.home / "prompts"

    @property
    def said(self) -> Path:
        """Prompts by name: `said/<language>/<name>`."""
        return self.prompts / "said"

    @property
    def run_directory(self) -> Path:
        """Where the control socket lies."""
        return self.directory / "run"

    @property
    def control_socket(self) -> Path:
        """Asterisk's own command socket."""
        return self.run_directory / "asterisk.ctl"

    @property
    def log_directory(self) -> Path:
        """Asterisk's log and the CSV of its call records."""
        return self.directory / "log"

    @property
    def call_log(self) -> Path:
        """What happened to calls, in lines of CSV, whoever listened (cel_custom.conf)."""
        return self.log_directory / "cel-custom" / "calls.csv"

    @property
    def spool(self) -> Path:
        """Recordings and the like."""
        return self.directory / "spool"

    @property
    def recordings(self) -> Path:
        """What callers say in flows."""
        return self.spool / "voicemail" / "flows"

    @property
    def realtime_database(self) -> Path:
        """The phones' digests, read by Asterisk at each REGISTER."""
        return self.directory / "realtime.sqlite3"
