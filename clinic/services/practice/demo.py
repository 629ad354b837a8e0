"""Taking an empty database for the demo; never one that belongs to a practice."""

from datetime import datetime

from clinic.db.access import accounts
from clinic.db.practice import demo
from clinic.db.practice.demo import Holds
from clinic.db.unit import Begin, retrying
from clinic.domain.access.actors import Actor
from clinic.domain.errors import Invalid


@retrying
def claim(begin: Begin, last_account: str, *, actor: Actor, now: datetime) -> bool:
    """Whether the database was empty and is the demo's from now on; False when the demo is there already.

    `last_account` is the address of the account that is made at the very end. Raises Invalid(demo_production) for a
    database that is in use, Invalid(demo_unfinished) for a demo that was interrupted.
    """
    actor.require("practice.write")
    with begin() as unit:
        found = demo.holds(unit.connection)
        if found is Holds.PRACTICE:
            raise Invalid("demo_production")
        if found is Holds.DEMO:
            if accounts.by_email(unit.connection, last_account) is None:
                raise Invalid("demo_unfinished")
            return False
        demo.mark(unit.connection, now=now)
        return True
