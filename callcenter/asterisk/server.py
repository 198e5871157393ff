"""Start one Asterisk, know when it is ready, and stop it leaving nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Collection
from pathlib import Path

from asterisk_conf.plan import AsteriskPlan
from callcenter.asterisk.control import ControlUnavailable, answers, run_command
from callcenter.asterisk.files import write_files, write_some
from callcenter.asterisk.installation import Installation, find_installation
from callcenter.asterisk.launch import start_command, write_network_files
from callcenter.asterisk.ports import NeededPort, require_free
from callcenter.asterisk.process import KnownProcess
from callcenter.errors import CommandFailed

_POLL_SECONDS = 0.05
_START_SECONDS = 30.0
_GENTLE_SECONDS = 8.0
_TERM_SECONDS = 3.0
_KILL_SECONDS = 5.0
_SHOWN_LOG = 300


class AsteriskServer:
    """One Asterisk, living below `plan.home/asterisk`; all methods block, none for ever."""

    def __init__(self, plan: AsteriskPlan, installation: Installation | None = None) -> None:
        self.plan = plan
        self._installation = installation
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def installation(self) -> Installation:
        """The Asterisk used; raises CommandFailed when none can be."""
        found = self._installation or find_installation()
        if found is None:
            raise CommandFailed("no Asterisk here: run `callcenter asterisk install`")
        if found.root is not None and os.geteuid() != 0:
            raise CommandFailed(
                "starting Asterisk in its own root needs root: run this as root, "
                "or install an Asterisk of version 20 or later on PATH"
            )
        return found

    @property
    def _pid_file(self) -> Path:
        return self.plan.directory / "server.pid"

    @property
    def _output_file(self) -> Path:
        return self.plan.directory / "server.out"

    def process(self) -> KnownProcess | None:
        """Return the running Asterisk, also one that an earlier command started."""
        known = KnownProcess.read(self._pid_file)
        return known if known and known.is_running() else None

    def is_running(self) -> bool:
        """Tell whether it runs and takes commands."""
        return self.process() is not None and answers(self.plan.control_socket)

    def command(self, text: str, *, seconds: float = 10) -> str:
        """Run one CLI command, e.g. `core show channels`, and return its output."""
        try:
            return run_command(self.plan.control_socket, text, seconds=seconds)
        except ControlUnavailable as error:
            raise CommandFailed(
                "Asterisk does not answer: start it with `callcenter asterisk start`"
            ) from error

    def write_files(self) -> bool:
        """Render the configuration; True when a file changed."""
        return write_files(self.plan, self.installation.user_id)

    def write_some(self, names: Collection[str]) -> None:
        """Render these files alone, for a running Asterisk to read again."""
        write_some(self.plan, self.installation.user_id, names)

    def start(self) -> None:
        """Start it and return when it is fully booted; a running one with the same files stays.

        Raises CommandFailed when a port is taken, or it does not come up in time.
        """
        running = self.is_running()
        changed = self.write_files()
        if running and not changed:
            return
        self.stop()
        self._require_ports()
        self._spawn()
        try:
            self._wait_until_booted()
        except BaseException:
            self.stop()
            raise

    def _require_ports(self) -> None:
        ports = self.plan.ports
        require_free(
            NeededPort(ports.ami, "CALLCENTER_AMI_PORT"),
            NeededPort(ports.http, "CALLCENTER_ASTERISK_HTTP_PORT"),
            NeededPort(ports.sip, "CALLCENTER_SIP_PORT", socket.SOCK_DGRAM),
        )

    def _spawn(self) -> None:
        write_network_files(self.plan)
        command = start_command(self.plan, self.installation)
        with self._output_file.open("wb") as output:
            self._child = subprocess.Popen(  # noqa: S603 - built from a checked plan
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # a Ctrl-C in the terminal is ours to pass on
            )
        known = KnownProcess.of(self._child.pid)
        if known is not None:
            known.write(self._pid_file)

    def _wait_until_booted(self) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not (self._has_booted(deadline) and self._ami_greets()):
            self._require_alive(deadline)
            time.sleep(_POLL_SECONDS)

    def _has_booted(self, deadline: float) -> bool:
        """Wait for it; a console that is closed on us while it starts is asked again."""
        left = max(1.0, deadline - time.monotonic())
        try:
            said = run_command(self.plan.control_socket, "core waitfullybooted", seconds=left)
        except ControlUnavailable:
            return False
        return "fully booted" in said

    def _ami_greets(self) -> bool:
        try:
            with socket.create_connection(("127.0.0.1", self.plan.ports.ami), timeout=2) as ami:
                return ami.recv(64).startswith(b"Asterisk Call Manager")
        except OSError:
            return False

    def _require_alive(self, deadline: float) -> None:
        child = self._child
        if child is not None and child.poll() is not None:
            raise CommandFailed(f"Asterisk ended at once: {self._last_words()}")
        if time.monotonic() > deadline:
            raise CommandFailed(
                f"Asterisk did not come up in {_START_SECONDS:.0f} s; "
                f"see {self.plan.log_directory / 'messages'}"
            )

    def _last_words(self) -> str:
        said = self._output_file.read_text(encoding="utf-8", errors="replace")
        return said.strip()[-_SHOWN_LOG:] or f"see {self.plan.log_directory / 'messages'}"

    def stop(self) -> None:
        """Stop it, gently first; returns when no process is left. Stopped already is fine."""
        known = self.process()
        if known is not None:
            self._ask_to_stop()
            if not self._ended(known, _GENTLE_SECONDS):
                known.signal(signal.SIGTERM)
            if not self._ended(known, _TERM_SECONDS):
                known.signal(signal.SIGKILL)
            if not self._ended(known, _KILL_SECONDS):
                raise CommandFailed(f"Asterisk (process {known.pid}) cannot be stopped")
        self._reap()
        self._pid_file.unlink(missing_ok=True)

    def _ask_to_stop(self) -> None:
        try:
            run_command(self.plan.control_socket, "core stop now", seconds=2)
        except ControlUnavailable:
            return

    def _ended(self, known: KnownProcess, seconds: float) -> bool:
        ended = known.wait(seconds)
        self._reap()
        return ended

    def _reap(self) -> None:
        if self._child is not None and self._child.poll() is not None:
            self._child = None

    def kill(self) -> None:
        """End it without warning (SIGKILL), as a power cut would; for tests."""
        known = self.process()
        if known is not None:
            known.signal(signal.SIGKILL)
            self._ended(known, _KILL_SECONDS)
