"""What keeps the platform from starting is told in one line that says what to do, in time."""

import asyncio
import os
import pwd
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from command_line import callcenter, refusal
from ports import free_ports
from services import PostgresServer

from callcenter.secrets import Secrets
from cti.testing import FakeAmi

PORTS = ("HTTP_PORT", "PUSH_PORT", "SIP_PORT", "ASTERISK_HTTP_PORT", "AMI_PORT", "AGI_PORT")
ROOT_ONLY = pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts and changes users")

Settings = dict[str, str]
Squat = Callable[[str], int]


@pytest.fixture
def place(tmp_path: Path) -> Settings:
    """An installation of its own: a home and ports that nobody else has."""
    numbers = zip(PORTS, free_ports(len(PORTS)), strict=True)
    ports = {f"CALLCENTER_{name}": str(port) for name, port in numbers}
    return {"CALLCENTER_HOME": str(tmp_path / "home"), **ports}


@pytest.fixture
def squat(place: Settings) -> Iterator[Squat]:
    """Take one of the installation's ports, as another program would."""
    with ExitStack() as held:

        def take(name: str) -> int:
            port = int(place[f"CALLCENTER_{name}"])
            if name == "SIP_PORT":
                udp = held.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                udp.bind(("127.0.0.1", port))
            else:
                held.enter_context(socket.create_server(("127.0.0.1", port)))
            return port

        yield take


@pytest.mark.parametrize("name", ["HTTP_PORT", "PUSH_PORT", "AGI_PORT"])
def test_a_taken_port_of_ours_is_named_with_its_setting(
    name: str, place: Settings, squat: Squat
) -> None:
    port = squat(name)
    line = refusal(callcenter("run", **place))
    assert f"port {port} is in use" in line
    assert f"CALLCENTER_{name}" in line


@pytest.mark.parametrize("name", ["AMI_PORT", "ASTERISK_HTTP_PORT", "SIP_PORT"])
def test_a_taken_port_of_asterisk_is_named_with_its_setting(
    name: str, place: Settings, squat: Squat
) -> None:
    port = squat(name)
    line = refusal(callcenter("asterisk", "start", **place))
    assert f"port {port} is in use" in line
    assert f"CALLCENTER_{name}" in line


def test_a_demo_says_which_port_is_taken_before_it_writes_anything(
    place: Settings, squat: Squat
) -> None:
    squat("HTTP_PORT")
    assert "CALLCENTER_HTTP_PORT" in refusal(callcenter("demo", "run", **place))
    assert not Path(place["CALLCENTER_HOME"]).exists()


def test_without_asterisk_the_platform_says_how_to_start_one(place: Settings) -> None:
    line = refusal(callcenter("run", **place))
    assert "callcenter asterisk start" in line


def test_something_else_on_the_manager_port_is_not_taken_for_asterisk(
    place: Settings, squat: Squat
) -> None:
    squat("AMI_PORT")  # it accepts and says nothing
    assert "callcenter asterisk start" in refusal(callcenter("run", **place))


async def test_a_wrong_ami_secret_is_told_at_once(place: Settings) -> None:
    async with FakeAmi() as ami:
        place["CALLCENTER_AMI_PORT"] = str(ami.port)
        line = refusal(await asyncio.to_thread(callcenter, "run", **place))
        assert "another secret" in line
        assert ami.logins == 1
    assert Secrets(Path(place["CALLCENTER_HOME"])).ami_secret not in line


# --- The database and the bus ------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "mysql://root@127.0.0.1/x",
        "postgresql+asyncpg://",
        "postgresql+asyncpg://user@127.0.0.1:port/x",
        "postgresql+asyncpg://user@127.0.0.1:1",
        "sqlite+aiosqlite:///",
        "nonsense",
    ],
)
def test_a_database_url_that_cannot_be_is_refused_with_one_that_can(
    url: str, place: Settings
) -> None:
    line = refusal(callcenter("run", CALLCENTER_DATABASE_URL=url, **place))
    assert "postgresql+asyncpg://" in line


@pytest.mark.parametrize("command", [("run",), ("asterisk", "start"), ("demo", "seed")])
def test_a_postgresql_that_is_not_there_is_named_without_its_password(
    command: tuple[str, ...], place: Settings
) -> None:
    url = "postgresql+asyncpg://user:secret-word@127.0.0.1:1/x"
    line = refusal(callcenter(*command, CALLCENTER_DATABASE_URL=url, **place))
    assert "127.0.0.1:1" in line
    assert "secret-word" not in line


def test_a_postgresql_that_says_nothing_is_given_up(place: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        url = f"postgresql+asyncpg://user@{address}/x"
        done = callcenter("run", CALLCENTER_DATABASE_URL=url, seconds=30, **place)
    assert address in refusal(done)


def test_a_wrong_database_password_is_told_and_not_repeated(
    place: Settings, postgresql: PostgresServer
) -> None:
    url = postgresql.url("postgres").replace("tests@", f"{postgresql.LOCKED}:not-the-word@")
    line = refusal(callcenter("run", CALLCENTER_DATABASE_URL=url, **place))
    assert "password authentication failed" in line
    assert "not-the-word" not in line


def test_a_database_that_does_not_exist_is_told(
    place: Settings, postgresql: PostgresServer
) -> None:
    done = callcenter("run", CALLCENTER_DATABASE_URL=postgresql.url("no_such"), **place)
    assert '"no_such" does not exist' in refusal(done)


@pytest.mark.parametrize("role", ["all", "engine", "web"])
def test_a_redis_that_is_not_there_is_told(role: str, place: Settings) -> None:
    done = callcenter("run", "--role", role, CALLCENTER_REDIS_URL="redis://127.0.0.1:1/0", **place)
    line = refusal(done)
    assert "127.0.0.1:1" in line
    assert "CALLCENTER_REDIS_URL" in line


def test_a_redis_that_says_nothing_is_given_up(place: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"
        done = callcenter("run", CALLCENTER_REDIS_URL=url, seconds=30, **place)
    assert "CALLCENTER_REDIS_URL" in refusal(done)


@pytest.mark.parametrize("url", ["amqp://127.0.0.1/0", "redis://127.0.0.1:port/0", "6379"])
def test_a_redis_url_that_cannot_be_is_refused(url: str, place: Settings) -> None:
    done = callcenter("run", CALLCENTER_REDIS_URL=url, **place)
    assert "CALLCENTER_REDIS_URL" in refusal(done)


# --- Words and settings ------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["engine", "web"])
def test_a_role_of_its_own_needs_a_bus(role: str, place: Settings) -> None:
    assert "CALLCENTER_REDIS_URL" in refusal(callcenter("run", "--role", role, **place))


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("run", "--role", "king"), "'engine', 'web', 'all'"),
        (("run", "--port", "80"), "callcenter run --help"),
        (("fly",), "callcenter --help"),
        (("demo", "call"), "--from"),
        (("token", "create"), "--role"),
    ],
)
def test_words_that_are_not_understood_are_refused(words: tuple[str, ...], says: str) -> None:
    assert says in refusal(callcenter(*words))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTP_PORT", "eighty"),
        ("HTTP_PORT", "0"),
        ("SIP_PORT", "70000"),
        ("PUSH_PORT", ""),
        ("RTP_PORTS", "10000"),
        ("RTP_PORTS", "20000-10000"),
        ("TRUNK_PEER", "carrier.example; evil"),
        ("SERVICE_NUMBER", "4000\nexec"),
        ("DEMO", "perhaps"),
    ],
)
@pytest.mark.parametrize("command", [("run",), ("asterisk", "start")])
def test_a_setting_that_cannot_be_is_refused(
    command: tuple[str, ...], name: str, value: str, place: Settings
) -> None:
    place[f"CALLCENTER_{name}"] = value
    assert f"CALLCENTER_{name}" in refusal(callcenter(*command, **place))


# --- The disk ----------------------------------------------------------------------------------

WRITING = [
    ("run",),
    ("demo", "seed"),
    ("asterisk", "start"),
    ("asterisk", "render"),
    ("database", "upgrade"),
    ("token", "create", "--role", "admin"),
]


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[str]:
    """Make the directory a disk of its own."""
    folder.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size},mode=700", "tmpfs", folder], check=True
    )
    try:
        yield str(folder)
    finally:
        subprocess.run(["umount", folder], check=True)


@ROOT_ONLY
@pytest.mark.parametrize("command", WRITING, ids=" ".join)
def test_a_full_disk_is_told(command: tuple[str, ...], place: Settings, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "64k") as home:
        line = refusal(callcenter(*command, **{**place, "CALLCENTER_HOME": home}))
    assert "full" in line
    assert "free some space" in line
    assert home in line


@ROOT_ONLY
def test_a_disk_that_fills_up_on_the_way_is_told(place: Settings, tmp_path: Path) -> None:
    with small_disk(tmp_path / "small", "1200k") as home:
        line = refusal(callcenter("demo", "seed", **{**place, "CALLCENTER_HOME": home}))
    assert "full" in line
    assert "free some space" in line


@pytest.fixture
def visitor() -> str:
    """Somebody who is not root; skips where he may not even read this Python."""
    uid = str(pwd.getpwnam("nobody").pw_uid)
    if callcenter("--help", as_user=uid).returncode != 0:
        pytest.skip("nobody may not read this Python")
    return uid


@ROOT_ONLY
@pytest.mark.parametrize("command", WRITING, ids=" ".join)
def test_a_home_of_somebody_else_is_told(
    command: tuple[str, ...], place: Settings, tmp_path: Path, visitor: str
) -> None:
    home = tmp_path / "ours"
    home.mkdir(mode=0o755)
    place["CALLCENTER_HOME"] = str(home)
    line = refusal(callcenter(*command, as_user=visitor, **place))
    assert "CALLCENTER_HOME" in line
    assert str(home) in line


@ROOT_ONLY
@pytest.mark.parametrize("command", [("asterisk", "start"), ("setup",), ("demo", "run")])
def test_who_is_not_root_is_told_what_needs_root(
    command: tuple[str, ...], place: Settings, tmp_path: Path, visitor: str
) -> None:
    home = tmp_path / "mine"
    home.mkdir()
    home.chmod(0o777)
    place |= {"CALLCENTER_HOME": str(home), "CALLCENTER_CACHE": str(home / "cache")}
    line = refusal(callcenter(*command, as_user=visitor, PATH="/usr/bin:/bin", **place))
    assert "root" in line or "callcenter asterisk install" in line
