"""Which account belongs to whom on the staff."""

from sqlalchemy import Connection, select, true, update

from clinic.db.tables.access import account
from clinic.db.tables.practice import staff
from clinic.domain.errors import NotFound


def tie(connection: Connection, email: str, code: str | None) -> tuple[int, int | None]:
    """Make the account that of whoever has the code, and of nobody else; None ties it to nobody. The keys of both.

    Raises NotFound.
    """
    account_id = connection.execute(select(account.c.id).where(account.c.email == email)).scalar_one_or_none()
    if account_id is None:
        raise NotFound("account")
    staff_id = connection.execute(select(staff.c.id).where(staff.c.code == code)).scalar_one_or_none()
    if code is not None and staff_id is None:
        raise NotFound("therapist")
    for where, whose in ((staff.c.account_id == account_id, None), (staff.c.id == staff_id, account_id)):
        changed = {"account_id": whose, "version": staff.c.version + 1}
        connection.execute(update(staff).where(where, staff.c.account_id.is_distinct_from(whose)).values(changed))
    return int(account_id), staff_id


def people(connection: Connection, *, untied: bool = False) -> tuple[tuple[str, str], ...]:
    """(code, name) of everybody at work, in the practice's order; `untied`: who has no account."""
    free = staff.c.account_id.is_(None) if untied else true()
    query = select(staff.c.code, staff.c.name).where(staff.c.active, free).order_by(staff.c.position, staff.c.name)
    return tuple((row.code, row.name) for row in connection.execute(query))


def of_account(connection: Connection, account_id: int) -> str | None:
    """The code of whoever on the staff has it."""
    code = connection.execute(select(staff.c.code).where(staff.c.account_id == account_id)).scalar_one_or_none()
    return None if code is None else str(code)
