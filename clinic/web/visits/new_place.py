"""With whom and where a visit is since it was moved, as the messages about it say."""

from collections.abc import Sequence

from flask_babel import gettext

from clinic.db.visits.reads import VisitRow
from clinic.domain.visits.undo import Place
from clinic.domain.visits.visit import joined


def new_place(was: Sequence[Place], rows: Sequence[VisitRow]) -> str:
    """J. Okafor, Room 2: whoever is new since the visit stood as it `was`, and each room that is; empty where nobody
    and none is. `rows` are its stretches by now."""
    both = list(zip(was, rows, strict=False))
    people = joined(row.therapist for (_, _, staff, _, _, _), row in both if row.staff_id != staff)
    rooms = joined(
        row.room or gettext("by phone or video") for (_, _, _, room, _, _), row in both if row.room_id != room
    )
    return joined((people, rooms)) or ""
