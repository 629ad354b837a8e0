from datetime import UTC, datetime, timedelta

import pytest

from clinic.domain.access import passwords
from clinic.domain.access.accounts import NewAccount, expired
from clinic.domain.access.actors import Actor, system
from clinic.domain.access.permissions import PERMISSIONS, ROLES, granted
from clinic.domain.errors import Forbidden, Invalid, TooMany

NOW = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)


def test_an_account_signs_in_by_its_address_in_lower_case() -> None:
    assert NewAccount(" Kim@Clinic.example ", "Kim Penn", "therapist").email == "kim@clinic.example"


@pytest.mark.parametrize(
    ("email", "name", "role", "code"),
    [
        ("kim", "Kim", "admin", "email_form"),
        ("kim@host", "Kim", "admin", "email_form"),
        ("kim@a@b.example", "Kim", "admin", "email_form"),
        (f"kim@{'a' * 250}.example", "Kim", "admin", "email_form"),
        ("kim@clinic.example", " ", "admin", "text_missing"),
        ("kim@clinic.example", "K" * 201, "admin", "text_too_long"),
        ("kim@clinic.example", "Kim", "owner", "unknown_role"),
    ],
)
def test_an_account_that_makes_no_sense_is_refused(email: str, name: str, role: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        NewAccount(email, name, role)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("sev3n-c", "password_short"),
        ("x" * 129, "password_long"),
        ("P@ssw0rd2026!", "password_common"),
        ("letmein!!!", "password_common"),
        ("drag0n-drag0n", "password_common"),
        ("12345678", "password_common"),
        ("87654321", "password_common"),
        ("qwertzuiop", "password_common"),
        ("abababab", "password_common"),
        ("aaaaaaaaaaaaaaa", "password_common"),
        ("20262026!", "password_common"),
        ("kim.penn@clinic.example", "password_yours"),
        ("KimPenn1990", "password_yours"),
        ("!!Kim.Penn!!", "password_yours"),
    ],
)
def test_a_password_that_anybody_would_try_is_refused(password: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        passwords.check(password, email="kim.penn@clinic.example", name="Kim Penn")
    assert refused.value.code == code


@pytest.mark.parametrize("password", ["correct horse", "plum-9-tractor", "x7#kQ2pw", "Ω≈ç√∫˜µ≤", "qwerty in the rain"])
def test_a_password_needs_length_and_no_decoration(password: str) -> None:
    assert passwords.check(password, email="kim@clinic.example", name="Kim Penn") == password


def test_a_session_ends_when_idle_and_in_any_case_after_half_a_day() -> None:
    idle = timedelta(minutes=15)
    end = NOW + timedelta(hours=12)
    assert not expired(seen_at=NOW, expires_at=end, idle=idle, now=NOW + timedelta(minutes=14, seconds=59))
    assert expired(seen_at=NOW, expires_at=end, idle=idle, now=NOW + timedelta(minutes=15))
    assert expired(seen_at=end, expires_at=end, idle=idle, now=end)


def test_roles_grant_names_that_are_known_and_an_unknown_role_nothing() -> None:
    assert all(grants <= PERMISSIONS for grants in ROLES.values())
    assert granted("admin") == PERMISSIONS
    assert granted("therapist") == ROLES["therapist"]
    assert granted("nobody") == frozenset()


def test_an_actor_without_the_permission_is_stopped() -> None:
    actor = Actor("account:x", granted("assistant"))
    actor.require("board.read")
    with pytest.raises(Forbidden) as stopped:
        actor.require("visit.move")
    assert stopped.value.params["permission"] == "visit.move"
    assert system("cli").may("account.write")


def test_a_permission_that_is_bound_holds_at_its_locations_alone() -> None:
    actor = Actor("account:x", frozenset({"visit.book", "board.read"}), "r", {"visit.book": frozenset({1, 2})})
    assert (actor.where("visit.book"), actor.where("board.read"), actor.where("plan.write")) == ({1, 2}, None, set())
    assert [actor.may_at("visit.book", [place]) for place in (1, 3)] == [True, False]
    assert not actor.may_at("plan.write", [])
    assert actor.may_at("board.read", [3])
    assert actor.at([1]).permissions == {"visit.book", "board.read"}
    assert actor.at([1, 3]).permissions == {"board.read"}
    assert actor.at([3]).where("visit.book") == frozenset()
    assert hash(actor) == hash(actor.at([1]))


def test_a_wait_is_told_in_whole_minutes() -> None:
    assert (TooMany(61).retry_seconds, TooMany(61).params["minutes"]) == (61, 2)
