"""Whatever goes wrong, the person reads one line that says what to do, and gets exit code 2."""

import errno
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from command_line import callcenter, refusal

from callcenter import main
from callcenter.errors import CommandFailed
from crm_core.errors import DatabaseUnavailable
from cti.errors import LinkDown, LoginRefused


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket() as squatter:
        squatter.bind(("127.0.0.1", 0))
        squatter.listen()
        yield squatter.getsockname()[1]


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (CommandFailed("do this"), "do this"),
        (DatabaseUnavailable("the database is away"), "the database is away"),
        (OSError(errno.ENOSPC, "No space left", "/srv/x"), "the disk is full"),
        (OSError(errno.EROFS, "Read-only"), "read-only"),
        (PermissionError(errno.EACCES, "Permission denied", "/srv/x"), "/srv/x"),
        (OSError(errno.EADDRINUSE, "in use"), "a port is in use"),
        (LoginRefused("no"), "another secret"),
        (LinkDown("gone"), "callcenter asterisk start"),
        (ExceptionGroup("parts", [ValueError("x"), CommandFailed("do that")]), "do that"),
    ],
)
def test_expected_failures_become_one_line_and_exit_code_2(
    error: Exception,
    advice: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(**_: object) -> None:
        raise error

    monkeypatch.setattr(main, "command_line", lambda _words: fail)
    with pytest.raises(SystemExit) as ended:
        main.main()
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert advice in said
    assert said.count("\n") == 1


def test_a_fault_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(main, "command_line", lambda _words: fail)
    with pytest.raises(ZeroDivisionError):
        main.main()


def test_a_wrong_database_url_says_what_fails(tmp_path: Path) -> None:
    url = "postgresql+asyncpg://nobody:secret-word@127.0.0.1:1/nothing"
    done = callcenter(
        "database", "check", CALLCENTER_HOME=str(tmp_path), CALLCENTER_DATABASE_URL=url
    )
    line = refusal(done)
    assert "127.0.0.1:1" in line
    assert "secret-word" not in line


def test_an_unknown_database_is_refused_before_anything_is_done(tmp_path: Path) -> None:
    done = callcenter("database", "upgrade", CALLCENTER_DATABASE_URL="oracle://x")
    assert "CALLCENTER_DATABASE_URL" in refusal(done)
    assert not list(tmp_path.iterdir())


def test_a_home_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = callcenter("asterisk", "render", CALLCENTER_HOME=str(tmp_path / "file" / "home"))
    assert "CALLCENTER_HOME" in refusal(done)


def test_a_tap_without_asterisk_says_how_to_start_one(tmp_path: Path, taken_port: int) -> None:
    done = callcenter(
        *("cti", "tap", str(tmp_path / "tap.gz")),
        CALLCENTER_HOME=str(tmp_path),
        CALLCENTER_AMI_PORT=str(taken_port),
    )
    assert "callcenter asterisk start" in refusal(done)


def test_a_token_for_a_role_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    done = callcenter("token", "create", "--role", "king", CALLCENTER_HOME=str(tmp_path))
    assert "king" in refusal(done)


def test_a_token_is_printed_alone_on_its_line(tmp_path: Path) -> None:
    done = callcenter("token", "create", "--role", "admin", CALLCENTER_HOME=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.split()) == 1
    assert len(done.stdout.strip()) > 30


def test_a_call_that_cannot_be_is_refused_before_it_is_placed() -> None:
    assert "no number to dial" in refusal(callcenter("demo", "call", "--from", "1<3"))


def test_a_status_of_an_asterisk_that_does_not_run_is_exit_code_1(tmp_path: Path) -> None:
    done = callcenter("asterisk", "status", CALLCENTER_HOME=str(tmp_path))
    assert done.returncode == 1
    assert "does not run" in done.stdout
