"""Settings come from the environment, and a wrong one is named with its variable."""

from pathlib import Path

import pytest

from callcenter.errors import CommandFailed
from callcenter.settings import load_settings


def test_without_settings_everything_is_embedded_and_below_var(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings()
    assert settings.home == tmp_path / "var"
    assert settings.database == f"sqlite+aiosqlite:///{tmp_path}/var/callcenter.sqlite3"
    assert settings.redis_url == ""
    ports = settings.asterisk_ports
    assert (ports.sip, ports.http, ports.ami, ports.agi) == (5060, 8088, 5038, 4573)
    assert (ports.rtp_first, ports.rtp_last) == (10000, 10999)
    assert not settings.demo


def test_every_port_is_a_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["HTTP_PORT", "PUSH_PORT", "SIP_PORT", "ASTERISK_HTTP_PORT", "AMI_PORT", "AGI_PORT"]
    for port, name in enumerate(names, 7001):
        monkeypatch.setenv(f"CALLCENTER_{name}", str(port))
    monkeypatch.setenv("CALLCENTER_RTP_PORTS", "30000-30099")
    settings = load_settings()
    assert [getattr(settings, name.lower()) for name in names] == list(range(7001, 7007))
    assert settings.asterisk_ports.rtp_last == 30099


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AMI_PORT", "http"),
        ("AMI_PORT", "0"),
        ("AMI_PORT", "65536"),
        ("RTP_PORTS", "10000"),
        ("RTP_PORTS", "10999-10000"),
        ("DATABASE_URL", "mysql://root@localhost/x"),
        ("DEMO", "perhaps"),
    ],
)
def test_a_wrong_setting_is_one_line_with_its_name(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(f"CALLCENTER_{name}", value)
    with pytest.raises(CommandFailed, match=f"CALLCENTER_{name}") as failed:
        load_settings()
    assert "\n" not in str(failed.value)


def test_two_listeners_on_one_port_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLCENTER_PUSH_PORT", "8080")
    with pytest.raises(CommandFailed, match="CALLCENTER_HTTP_PORT and CALLCENTER_PUSH_PORT"):
        load_settings()
