"""Starting and stopping: quick, private, and without a trace afterwards."""

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from house import house, house_plan

from callcenter.asterisk import AsteriskServer
from callcenter.errors import CommandFailed

pytestmark = pytest.mark.live


@pytest.fixture
def home() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="cc-"))
    yield path
    shutil.rmtree(path)


def sockets_of(pid: int) -> list[tuple[str, str]]:
    """Return (protocol, local address) of every socket the process listens or receives on."""
    listing = subprocess.run(
        ["ss", "--no-header", "-lntup"], capture_output=True, text=True, check=True
    ).stdout
    rows = [line.split() for line in listing.splitlines() if f"pid={pid}," in line]
    return [(row[0], row[4]) for row in rows]


def mounts_below(path: Path) -> list[str]:
    lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.split()[1].startswith(str(path))]


def test_it_listens_on_loopback_alone(home: Path) -> None:
    del home
    with house() as server:
        running = server.process()
        assert running is not None
        sockets = sockets_of(running.pid)
        ports = server.plan.ports
        assert ("tcp", f"127.0.0.1:{ports.ami}") in sockets
        assert ("tcp", f"127.0.0.1:{ports.http}") in sockets
        assert ("udp", f"127.0.0.1:{ports.sip}") in sockets
        open_to_all = [one for one in sockets if not one[1].startswith("127.0.0.1:")]
        # PJSIP keeps two sockets to ask name servers with; they serve nobody.
        assert all(kind == "udp" for kind, _ in open_to_all)
        assert len(open_to_all) <= 2
        served = {ports.ami, ports.http, ports.sip}
        assert not served & {int(address.rpartition(":")[2]) for _, address in open_to_all}


def test_stopping_leaves_no_process_no_mount_and_no_port(home: Path) -> None:
    server = AsteriskServer(house_plan(home))
    server.start()
    running = server.process()
    assert running is not None
    server.stop()
    assert not running.is_running()
    assert not server.is_running()
    assert mounts_below(home) == []
    root = server.installation.root
    assert root is None or mounts_below(root) == []
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", server.plan.ports.ami))
    server.stop()  # once more is no error


def test_a_killed_one_is_found_dead_and_starts_again(home: Path) -> None:
    server = AsteriskServer(house_plan(home))
    try:
        server.start()
        server.kill()
        assert not server.is_running()
        server.start()
        assert server.is_running()
    finally:
        server.stop()


def test_another_command_finds_the_running_one_and_stops_it(home: Path) -> None:
    plan = house_plan(home)
    first = AsteriskServer(plan)
    try:
        first.start()
        running = first.process()
        second = AsteriskServer(plan)
        second.start()  # same files: nothing is restarted
        assert second.process() == running
        changed = AsteriskServer(replace(plan, outbound_number="5000"))
        changed.start()
        assert changed.process() != running
        changed.stop()
        assert first.process() is None
    finally:
        first.stop()


def test_two_live_side_by_side() -> None:
    with house() as one, house() as other:
        assert one.is_running()
        assert other.is_running()


def test_a_taken_port_is_named_with_its_setting(home: Path) -> None:
    plan = house_plan(home)
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", plan.ports.ami))
        squatter.listen()
        server = AsteriskServer(plan)
        with pytest.raises(CommandFailed, match="CALLCENTER_AMI_PORT"):
            server.start()
    assert server.process() is None


def test_it_runs_as_nobody_in_particular_and_others_cannot_read_its_secret(home: Path) -> None:
    server = AsteriskServer(house_plan(home))
    if server.installation.root is None:
        pytest.skip("the machine's own Asterisk runs as whoever starts it")
    try:
        server.start()
        running = server.process()
        assert running is not None
        lines = Path(f"/proc/{running.pid}/status").read_text(encoding="ascii").splitlines()
        uids = next(line for line in lines if line.startswith("Uid:")).split()[1:]
        assert set(uids) == {str(server.installation.user_id)}
        secret = server.plan.configuration / "manager.conf"
        assert secret.stat().st_mode & 0o077 == 0
        assert server.plan.directory.stat().st_mode & 0o077 == 0
    finally:
        server.stop()


def test_its_own_log_is_quiet_after_a_start() -> None:
    with house() as server:
        log = (server.plan.log_directory / "messages").read_text(encoding="utf-8")
        assert "ERROR" not in log
        assert "WARNING" not in log
