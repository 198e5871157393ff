"""What the machine lacks is installed through apt-get, and nothing else is touched."""

import pytest
from fake_programs import Programs

from callcenter import packages
from callcenter.errors import CommandFailed
from callcenter.packages import Needed, install_packages, missing_packages


def as_root(monkeypatch: pytest.MonkeyPatch, user: int = 0) -> None:
    monkeypatch.setattr(packages.os, "geteuid", lambda: user)


def test_only_what_is_missing_is_named(programs: Programs) -> None:
    assert missing_packages(tests=False) == ["espeak-ng", "sox", "sip-tester", "debootstrap"]
    for name in ("espeak-ng", "sipp", "debootstrap"):
        programs.add(name)
    assert missing_packages(tests=False) == ["sox"]


def test_the_tests_need_more(programs: Programs) -> None:
    del programs
    assert {"chromium", "redis-server"} <= set(missing_packages(tests=True))


def test_with_an_asterisk_on_path_nothing_is_needed_to_install_one(programs: Programs) -> None:
    programs.add("asterisk", "echo 'Asterisk 20.6.0~dfsg'")
    assert "debootstrap" not in missing_packages(tests=False)


@pytest.mark.parametrize("version", ["18.10.0", "GIT-16", ""])
def test_an_asterisk_that_is_too_old_does_not_count(programs: Programs, version: str) -> None:
    programs.add("asterisk", f"echo 'Asterisk {version}'")
    assert "debootstrap" in missing_packages(tests=False)


def test_a_program_may_be_known_by_a_pattern_of_its_place() -> None:
    assert Needed("/bin/s*", "dash").is_here()
    assert not Needed("/usr/lib/nothing-*/bin/x", "x").is_here()


def test_apt_is_asked_once_for_all_of_it(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_root(monkeypatch)
    programs.add("apt-get", "echo Get:1 something")
    install_packages(["sox", "espeak-ng"])
    update, install = programs.called()
    assert update.endswith("update")
    assert install.endswith("install -y --no-install-recommends sox espeak-ng")


def test_nothing_missing_means_nothing_done(programs: Programs) -> None:
    programs.add("apt-get")
    install_packages([])
    assert programs.called() == []


def test_without_apt_the_person_is_told_what_to_install(programs: Programs) -> None:
    del programs
    with pytest.raises(CommandFailed, match="no apt-get: install sox"):
        install_packages(["sox"])


def test_without_root_the_person_is_told_what_to_run(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs.add("apt-get")
    as_root(monkeypatch, 1000)
    with pytest.raises(CommandFailed, match="apt-get install sox"):
        install_packages(["sox"])
    assert programs.called() == []


def test_when_apt_fails_its_own_words_are_told(
    programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_root(monkeypatch)
    programs.add("apt-get", "echo 'E: Unable to locate package sox'; exit 100")
    with pytest.raises(CommandFailed, match="Unable to locate package sox"):
        install_packages(["sox"])
