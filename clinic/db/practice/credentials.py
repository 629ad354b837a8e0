"""Who may do what: credentials as they are stored."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, select

from clinic.db.tables.practice import credential
from clinic.domain.practice.body import Region
from clinic.domain.practice.credentials import Credential


def credentials(connection: Connection, staff: Collection[int]) -> Mapping[int, tuple[Credential, ...]]:
    """Each one's credentials."""
    found: dict[int, list[Credential]] = {id_: [] for id_ in staff}
    query = select(credential).where(credential.c.staff_id.in_(staff)).order_by(credential.c.id)
    for row in connection.execute(query).mappings():
        regions = None if row["regions"] is None else frozenset(Region(name) for name in row["regions"])
        found[row["staff_id"]].append(
            Credential(
                row["kind"],
                row["issuer"],
                row["jurisdiction"],
                row["number"],
                regions,
                row["valid_from"],
                row["valid_until"],
                row["provisional"],
            )
        )
    return {id_: tuple(held) for id_, held in found.items()}
