"""The shipped roles and permissions, brought into the database with every upgrade."""

from clinic.db.access import roles
from clinic.db.unit import Begin, retrying
from clinic.domain.access.permissions import ADMIN, ROLES, granted


@retrying
def sync(begin: Begin) -> None:
    """Make the shipped roles grant what this version says; a practice's own roles are left alone."""
    with begin() as unit:
        roles.put(unit.connection, {name: granted(name) for name in (*ROLES, ADMIN)})
