"""Every setting of an installation, from the environment (`CALLCENTER_...`), checked once."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from asterisk_conf.plan import AsteriskPorts
from callcenter.errors import CommandFailed

_PREFIX = "CALLCENTER_"
_RANGE = re.compile(r"([0-9]{1,5})-([0-9]{1,5})")
_NUMBER = re.compile(r"\+?[0-9]{2,20}")
_VOICE = re.compile(r"espeak|piper [a-z]{2,3}=[^,]+(,[a-z]{2,3}=[^,]+)*|https?://\S+")
_HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")
_PEER = re.compile(r"[A-Za-z0-9.-]{1,253}:[0-9]{1,5}")
_NODE_NAME = re.compile(r"[a-z][a-z0-9]{0,11}")
_NODE = re.compile(r"[a-z][a-z0-9]{0,11}=[A-Za-z0-9.-]{1,253}:[0-9]{1,5}")
_FEWEST_RTP_PORTS = 10
_SQLITE = "sqlite+aiosqlite:///"
_BUSES = ("redis://", "rediss://", "unix://")
_DATABASES = (_SQLITE, "postgresql+asyncpg://")

Port = Annotated[int, Field(ge=1, le=65535)]


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


class Settings(BaseSettings):
    """What one installation is told; the lower floors get plain values, never this."""

    model_config = SettingsConfigDict(
        env_prefix=_PREFIX, frozen=True, extra="ignore", validate_default=True
    )

    home: Annotated[Path, AfterValidator(_absolute)] = Path("var")
    database_url: str = ""  # empty: SQLite below `home`
    redis_url: str = ""  # empty: the bus stays inside the process
    http_port: Port = 8080
    push_port: Port = 8081
    sip_port: Port = 5060
    asterisk_http_port: Port = 8088
    ami_port: Port = 5038
    agi_port: Port = 4573
    asterisk_name: str = ""  # of one Asterisk of several, such as a; empty: there is one
    asterisk_nodes: str = ""  # the others, such as b=127.0.0.1:5048,c=127.0.0.1:5058
    node_port: int = Field(default=0, ge=0, le=65535)  # TCP, between our Asterisks; 0: none
    phones_at: str = ""  # host:node port of the Asterisk where phones register; empty: here
    rtp_ports: str = "10000-10999"
    trunk_peer: str = ""  # host:port of the carrier; empty: none
    service_number: str = "4000"  # shown on outgoing calls; the demo's number to dial
    default_queue: str = "service"  # for callers whose flow could not say which
    dip_hosts: str = ""  # hosts flows may ask over HTTP: crm.example.com,127.0.0.1:9000
    asterisk_files: Literal["ours", "yours"] = "ours"  # yours: edited by hand, never renewed
    voice: str = "espeak"  # or "piper zh=MODEL,en=MODEL", or the URL of a service
    language: Literal["zh_CN", "en"] = "zh_CN"  # of tickets and other texts we write ourselves
    demo: bool = False  # opens the public demo phone

    @field_validator("rtp_ports")
    @classmethod
    def _two_ports(cls, text: str) -> str:
        found = _RANGE.fullmatch(text)
        if found is None or int(found[2]) - int(found[1]) < _FEWEST_RTP_PORTS:
            raise ValueError("give two ports such as 10000-10999, at least ten apart")
        return text

    @field_validator("asterisk_name")
    @classmethod
    def _node_name(cls, text: str) -> str:
        if text and not _NODE_NAME.fullmatch(text):
            raise ValueError("give a short name of small letters and digits, such as a")
        return text

    @field_validator("asterisk_nodes")
    @classmethod
    def _names_and_ports(cls, text: str) -> str:
        for node in text.split(",") if text else ():
            if not _NODE.fullmatch(node):
                raise ValueError(f"{node!r} is no node: give NAME=HOST:PORT, parted by commas")
        return text

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        if url and not url.startswith(_DATABASES):
            raise ValueError(f"a database URL begins with {' or '.join(_DATABASES)}")
        return url

    @field_validator("redis_url")
    @classmethod
    def _known_bus(cls, url: str) -> str:
        if url and not url.startswith(_BUSES):
            raise ValueError(f"a Redis URL begins with {' or '.join(_BUSES)}")
        return url

    @field_validator("phones_at")
    @classmethod
    def _place_of_phones(cls, text: str) -> str:
        if text and not _PEER.fullmatch(text):
            raise ValueError("give host:port of the Asterisk where the phones register")
        return text

    @field_validator("trunk_peer")
    @classmethod
    def _host_and_port(cls, text: str) -> str:
        if text and not _PEER.fullmatch(text):
            raise ValueError("give the carrier's host:port, such as sip.example.org:5060")
        return text

    @field_validator("dip_hosts")
    @classmethod
    def _hosts(cls, text: str) -> str:
        for host in filter(None, text.split(",")):
            if not _HOST.fullmatch(host.strip()):
                raise ValueError("give hosts such as crm.example.com,127.0.0.1:9000")
        return text

    @field_validator("voice")
    @classmethod
    def _known_voice(cls, text: str) -> str:
        if not _VOICE.fullmatch(text):
            raise ValueError("give espeak, piper zh=MODEL,en=MODEL, or the URL of a service")
        return text

    @field_validator("service_number")
    @classmethod
    def _number(cls, text: str) -> str:
        if not _NUMBER.fullmatch(text):
            raise ValueError("give a number of 2 to 20 digits, maybe with + in front")
        return text

    @model_validator(mode="after")
    def _nodes_differ(self) -> Self:
        names = [self.asterisk_name, *(node.partition("=")[0] for node in self._node_texts())]
        if len(names) > 1 and (not self.asterisk_name or len(set(names)) < len(names)):
            raise ValueError(
                f"with {_variable('asterisk_nodes')} each Asterisk needs a name of its own,"
                f" this one by {_variable('asterisk_name')}"
            )
        return self

    def _node_texts(self) -> list[str]:
        return self.asterisk_nodes.split(",") if self.asterisk_nodes else []

    @property
    def other_nodes(self) -> dict[str, tuple[str, int]]:
        """Host and manager port of the other Asterisks, by name."""
        parted = [node.partition("=")[::2] for node in self._node_texts()]
        places = {name: place.rpartition(":")[::2] for name, place in parted}
        return {name: (host, int(port)) for name, (host, port) in places.items()}

    @model_validator(mode="after")
    def _no_port_twice(self) -> Self:
        names = ("http_port", "push_port", "asterisk_http_port", "ami_port", "agi_port")
        taken: dict[int, str] = {}
        for name in names:
            other = taken.setdefault(getattr(self, name), name)
            if other != name:
                raise ValueError(
                    f"{_variable(other)} and {_variable(name)} must be different ports"
                )
        return self

    @property
    def database(self) -> str:
        """The database's URL; SQLite below `home` when none is set."""
        return self.database_url or f"{_SQLITE}{self.home / 'callcenter.sqlite3'}"

    @property
    def asterisk_ports(self) -> AsteriskPorts:
        """The ports as Asterisk's files take them."""
        first, _, last = self.rtp_ports.partition("-")
        return AsteriskPorts(
            sip=self.sip_port,
            http=self.asterisk_http_port,
            ami=self.ami_port,
            agi=self.agi_port,
            rtp_first=int(first),
            rtp_last=int(last),
        )


def _variable(name: object) -> str:
    return f"{_PREFIX}{name}".upper()


def load_settings() -> Settings:
    """Read the environment; CommandFailed names the first setting that cannot be used."""
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        said = first["msg"].removeprefix("Value error, ")
        where = f"{_variable(first['loc'][0])}: " if first["loc"] else ""
        raise CommandFailed(f"{where}{said}") from error
