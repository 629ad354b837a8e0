"""Tying an account to somebody on the staff, whose own calendars it then handles."""

from datetime import datetime

from clinic.db.access import audit
from clinic.db.practice import ties
from clinic.db.unit import Begin, retrying
from clinic.domain.access.accounts import folded
from clinic.domain.access.actors import Actor

PERMISSION = "account.write"


@retrying
def tie(begin: Begin, email: str, code: str | None, *, actor: Actor, now: datetime) -> None:
    """The account is that of whoever has the code from now on; None: of nobody. Raises Forbidden, NotFound."""
    actor.require(PERMISSION)
    with begin() as unit:
        account_id, staff_id = ties.tie(unit.connection, folded(email), code)
        entry = audit.Entry(PERMISSION, "account.tied", "account", account_id, None, {"staff": staff_id})
        audit.append(unit.connection, [entry], actor=actor, now=now)
