"""Making accounts and changing them."""

from datetime import datetime

from clinic.db.access import accounts, audit, roles
from clinic.db.access import members as stored
from clinic.db.unit import Begin, retrying
from clinic.domain.access import passwords as rules
from clinic.domain.access.accounts import NewAccount, folded
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid, NotFound
from clinic.domain.ids import PublicId
from clinic.services.access import members
from clinic.services.access.passwords import Passwords


def create(
    begin: Begin, new: NewAccount, password: str, *, passwords: Passwords, actor: Actor, now: datetime
) -> PublicId:
    """Its public id. Raises Invalid for a password that is not good enough, Invalid(email_taken)."""
    rules.check(password, email=new.email, name=new.name)
    return _add(begin, new, passwords.hashed(password), actor=actor, now=now)


@retrying
def _add(begin: Begin, new: NewAccount, password_hash: str, *, actor: Actor, now: datetime) -> PublicId:
    with begin() as unit:
        if accounts.by_email(unit.connection, new.email):
            raise Invalid("email_taken", field="email")
        known = roles.ids(unit.connection)
        if new.role not in known:
            raise Invalid("roles_missing")
        public_id = unit.public_id()
        added = accounts.add(unit.connection, new, public_id=public_id, password_hash=password_hash, now=now)
        roles.give(unit.connection, added, known[new.role])
        entry = audit.Entry("account.write", "created", "account", added, detail={"role": new.role})
        audit.append(unit.connection, [entry], actor=actor, now=now)
        return public_id


@retrying
def set_active(begin: Begin, email: str, active: bool, *, actor: Actor, now: datetime) -> None:
    """Disable the account with that address, which ends its sessions and shuts its subscribed calendars for good, or
    let it in again. Raises NotFound, Invalid(last_admin)."""
    with begin(hold=[members.ONE_AT_A_TIME]) as unit:
        known = accounts.by_email(unit.connection, folded(email))
        if known is None:
            raise NotFound("account")
        change = members.opened if active else members.closed
        change(unit, stored.member(unit.connection, known.public_id), actor=actor, now=now)
