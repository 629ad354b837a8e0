"""Letters about times that became free, and the links in them."""

from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from clinic.db.tables.messages import obligation
from clinic.db.tables.waiting import freed_offer


def owe(connection: Connection, patient_id: int, offer_id: int, offer: str, *, public_id: str, now: datetime) -> None:
    """Owe the patient a letter about an offer, at once: it says how the offer stands when it is written. One that is
    owed already says the same."""
    uid = f"offer:{offer}"
    owed = select(obligation.c.id).where(obligation.c.uid == uid, obligation.c.state == "owed")
    if connection.execute(owed).first() is not None:
        return
    row = {"public_id": public_id, "patient_id": patient_id, "uid": uid, "recipient": "", "kind": "offer"}
    row |= {"state": "owed", "first_at": now, "due_at": now, "detail": {"offer": offer_id}}
    connection.execute(insert(obligation).values(row))


def add_link(connection: Connection, offer_id: int, token_hash: str) -> None:
    """The letter carries a link with this token."""
    own = update(freed_offer).where(freed_offer.c.id == offer_id, freed_offer.c.token_hash.is_(None))
    connection.execute(own.values(token_hash=token_hash))
