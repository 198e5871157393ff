"""Rights: default is no, each goes as far as its reach."""

from __future__ import annotations

from uuid import uuid4

from crm_core import people


def _user(*permissions: people.Permission, **parts: object) -> people.User:
    return people.User(
        id=uuid4(),
        username="a",
        display_name="A",
        permissions=frozenset(permissions),
        **parts,  # type: ignore[arg-type]
    )


def test_what_is_not_granted_is_refused() -> None:
    nobody = _user()
    assert not people.can(nobody, "call", "read")
    assert not people.can(_user(people.Permission("call", "read")), "call", "write")
    assert not people.can(_user(people.Permission("*", "*"), status="disabled"), "call", "read")


def test_an_own_reach_covers_own_records_alone() -> None:
    user = _user(people.Permission("call", "hang_up", people.Reach.OWN))
    assert people.can(user, "call", "hang_up")
    assert people.can(user, "call", "hang_up", owners=[None, user.id])
    assert not people.can(user, "call", "hang_up", owners=[uuid4(), None])


def test_a_unit_reach_covers_the_unit() -> None:
    unit = uuid4()
    user = _user(people.Permission("ticket", "read", people.Reach.UNIT), unit_id=unit)
    assert people.can(user, "ticket", "read", unit_id=unit)
    assert not people.can(user, "ticket", "read", unit_id=uuid4())
    assert people.can(user, "ticket", "read", owners=[user.id], unit_id=uuid4())


def test_the_widest_reach_counts() -> None:
    own = people.Permission("call", "read", people.Reach.OWN)
    assert people.reach_of(_user(own, people.Permission("call", "*")), "call", "read") == "all"


def test_the_shipped_roles_go_up() -> None:
    agent, supervisor, admin = (
        _user(*people.ROLE_PERMISSIONS[role]) for role in ("agent", "supervisor", "admin")
    )
    assert [people.can(user, "call", "listen") for user in (agent, supervisor, admin)] == [
        False,
        True,
        True,
    ]
    assert [people.can(user, "user", "write") for user in (agent, supervisor, admin)] == [
        False,
        False,
        True,
    ]
    assert people.reach_of(supervisor, "call", "hang_up") is people.Reach.ALL
