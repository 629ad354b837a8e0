"""Who may sign in, as which roles: invited, given other roles, closed and opened again.

An invitation is a link that sets a passphrase; whoever has it first has the account, so it is shown once, to who made
it, and is over after three days. At least one open account can always do all of this.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from clinic.db.access import accounts, audit, invitations, members, roles
from clinic.db.access.members import Member
from clinic.db.messages import feeds
from clinic.db.practice import ties
from clinic.db.unit import Begin, Read, Unit, retrying
from clinic.domain.access import passwords as rules
from clinic.domain.access.accounts import NewAccount, folded
from clinic.domain.access.actors import Actor, Places, of_account
from clinic.domain.access.permissions import ADMIN
from clinic.domain.errors import Invalid, NotFound, Stale
from clinic.domain.ids import new_secret
from clinic.services.access.passwords import Passwords
from clinic.services.access.sessions import hashed

PERMISSION: Final = "account.write"
LIFE: Final = timedelta(days=3)
ONE_AT_A_TIME: Final = -1
"""Held by whoever changes who may do what: two who close each other's account do it one after the other."""


def listed(read: Read, *, actor: Actor) -> tuple[Member, ...]:
    """Everybody, by name."""
    actor.require(PERMISSION)
    with read() as unit:
        return members.members(unit.connection)


def invite(
    begin: Begin,
    new: NewAccount,
    place: int | None = None,
    staff: str | None = None,
    *,
    passwords: Passwords,
    actor: Actor,
    now: datetime,
) -> tuple[str, str]:
    """Make an account without a passphrase, its role at one location or at every one, that of whoever on the staff has
    the code; its public id, and the secret of its invitation.

    Raises Invalid(email_taken), Invalid(roles_missing), Invalid(admin_everywhere), NotFound for an unknown code.
    """
    actor.require(PERMISSION)
    if new.role == ADMIN and place is not None:
        raise Invalid("admin_everywhere", field="role")
    return _add(begin, new, place, staff, passwords.hashed(new_secret()), actor=actor, now=now)


@retrying
def _add(
    begin: Begin, new: NewAccount, place: int | None, staff: str | None, nobodys: str, *, actor: Actor, now: datetime
) -> tuple[str, str]:
    with begin(hold=[ONE_AT_A_TIME]) as unit:
        if accounts.by_email(unit.connection, new.email):
            raise Invalid("email_taken", field="email")
        known = roles.ids(unit.connection)
        if new.role not in known:
            raise Invalid("roles_missing")
        public_id = unit.public_id()
        added = accounts.add(unit.connection, new, public_id=public_id, password_hash=nobodys, now=now)
        roles.give(unit.connection, added, known[new.role], place)
        detail: dict[str, object] = {"role": new.role}
        _note(unit, "created", added, detail if place is None else detail | {"place": place}, actor=actor, now=now)
        if staff is not None:
            _tie(unit, new.email, staff, actor=actor, now=now)
        return public_id, _invitation(unit, added, actor=actor, now=now)


@retrying
def invite_again(begin: Begin, public_id: str, *, actor: Actor, now: datetime) -> str:
    """The secret of another invitation, for who lost his passphrase or let the first one pass. Raises NotFound."""
    actor.require(PERMISSION)
    with begin(hold=[ONE_AT_A_TIME]) as unit:
        found = members.member(unit.connection, public_id)
        if not found.active:
            raise NotFound("account")
        return _invitation(unit, found.id, actor=actor, now=now)


def _invitation(unit: Unit, account_id: int, *, actor: Actor, now: datetime) -> str:
    token = unit.secret()
    invitations.put(unit.connection, account_id, hashed(token), now=now, expires_at=now + LIFE)
    _note(unit, "invited", account_id, {}, actor=actor, now=now)
    return token


def invited(read: Read, token: str, *, now: datetime) -> str:
    """The address of the account that the invitation is for. Raises NotFound once it is over."""
    with read() as unit:
        return _invited(unit, token, now).email


def accept(begin: Begin, read: Read, token: str, password: str, *, passwords: Passwords, now: datetime) -> None:
    """Set the passphrase; the invitation is over, and so is every session. Raises NotFound, Invalid."""
    with read() as unit:
        found = _invited(unit, token, now)
    rules.check(password, email=found.email, name=found.name)
    _set(begin, token, passwords.hashed(password), now=now)


@retrying
def _set(begin: Begin, token: str, password_hash: str, *, now: datetime) -> None:
    with begin(hold=[ONE_AT_A_TIME]) as unit:
        found = _invited(unit, token, now)
        accounts.set_password(unit.connection, found.account_id, password_hash)
        invitations.drop(unit.connection, found.account_id)
        members.end_sessions(unit.connection, found.account_id, now)
        himself = Actor(of_account(found.public_id), frozenset())
        _note(unit, "passphrase set", found.account_id, {}, actor=himself, now=now)


def _invited(unit: Unit, token: str, now: datetime) -> invitations.Invited:
    found = invitations.find(unit.connection, hashed(token))
    if found is None or now >= found.expires_at:
        raise NotFound("invitation")
    return found


@retrying
def save(
    begin: Begin,
    public_id: str,
    given: Mapping[str, Places],
    staff: str | None,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Exactly these roles, each where it holds, and whose account it is: that of whoever on the staff has the code, of
    nobody for None. Both, or nothing. Raises NotFound, also for an unknown code, Stale, Invalid for no role, for
    unknown ones, for running the practice at some locations alone (admin_everywhere), and (last_admin)."""
    actor.require(PERMISSION)
    with begin(hold=[ONE_AT_A_TIME]) as unit:
        found = members.member(unit.connection, public_id)
        if found.version != version:
            raise Stale("account", seen=version, current=found.version)
        _give(unit, found, given, actor=actor, now=now)
        if ties.of_account(unit.connection, found.id) != staff:
            _tie(unit, found.email, staff, actor=actor, now=now)


@retrying
def tie(begin: Begin, email: str, staff: str | None, *, actor: Actor, now: datetime) -> None:
    """The account is that of whoever on the staff has the code from now on; None: of nobody. Raises NotFound."""
    actor.require(PERMISSION)
    with begin() as unit:
        _tie(unit, folded(email), staff, actor=actor, now=now)


def _tie(unit: Unit, email: str, staff: str | None, *, actor: Actor, now: datetime) -> None:
    account_id, staff_id = ties.tie(unit.connection, email, staff)
    _note(unit, "account.tied", account_id, {"staff": staff_id}, actor=actor, now=now)


def _give(unit: Unit, found: Member, given: Mapping[str, Places], *, actor: Actor, now: datetime) -> None:
    known = roles.ids(unit.connection)
    if not given:
        raise Invalid("role_missing", field="roles")
    if not set(given) <= known.keys():
        raise Invalid("unknown_role", field="roles", allowed=", ".join(sorted(known)))
    if given.get(ADMIN) is not None:
        raise Invalid("admin_everywhere", field="roles")
    if ADMIN not in given:
        _another_admin(unit, found)
    if dict(given) != found.roles:
        members.give(unit.connection, found.id, {known[name]: places for name, places in given.items()})
        _note(unit, "roles given", found.id, _told(given), actor=actor, now=now)


def _told(given: Mapping[str, Places]) -> dict[str, object]:
    """What the trail keeps: the roles, and those that hold at some locations alone."""
    bound = {name: sorted(places) for name, places in given.items() if places is not None}
    return {"roles": sorted(given)} | ({"places": bound} if bound else {})


@retrying
def close(begin: Begin, public_id: str, *, actor: Actor, now: datetime) -> None:
    """Nobody signs in to it any more, and its calendars are shut. Raises NotFound, Invalid(last_admin)."""
    actor.require(PERMISSION)
    with begin(hold=[ONE_AT_A_TIME]) as unit:
        closed(unit, members.member(unit.connection, public_id), actor=actor, now=now)


def closed(unit: Unit, found: Member, *, actor: Actor, now: datetime) -> None:
    """The same in a transaction that holds `ONE_AT_A_TIME`. Raises Invalid(last_admin)."""
    _another_admin(unit, found)
    accounts.set_active(unit.connection, found.id, False)
    invitations.drop(unit.connection, found.id)
    members.end_sessions(unit.connection, found.id, now)
    shut = feeds.revoke_of_account(unit.connection, found.id, now)
    _note(unit, "disabled", found.id, {"feeds": len(shut)}, actor=actor, now=now)


@retrying
def reopen(begin: Begin, public_id: str, *, actor: Actor, now: datetime) -> None:
    """Let it in again, with the passphrase and the roles that it had. Raises NotFound."""
    actor.require(PERMISSION)
    with begin(hold=[ONE_AT_A_TIME]) as unit:
        opened(unit, members.member(unit.connection, public_id), actor=actor, now=now)


def opened(unit: Unit, found: Member, *, actor: Actor, now: datetime) -> None:
    """The same in such a transaction."""
    accounts.set_active(unit.connection, found.id, True)
    _note(unit, "enabled", found.id, {}, actor=actor, now=now)


def _another_admin(unit: Unit, leaving: Member) -> None:
    """Raises Invalid(last_admin) unless somebody else who is open is one, where this one is."""
    others = [each for each in members.members(unit.connection) if each.active and each.id != leaving.id]
    if leaving.active and ADMIN in leaving.roles and all(ADMIN not in each.roles for each in others):
        raise Invalid("last_admin", field="roles")


def _note(unit: Unit, act: str, account_id: int, detail: dict[str, object], *, actor: Actor, now: datetime) -> None:
    audit.append(
        unit.connection, [audit.Entry(PERMISSION, act, "account", account_id, None, detail)], actor=actor, now=now
    )
