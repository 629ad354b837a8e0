"""The patient's next visits and notes on a small card, for whom nothing else reaches."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, render_template, url_for

from clinic.content import notes
from clinic.db.access import reading
from clinic.db.patients import records
from clinic.db.patients.records import Record
from clinic.db.practice import lists
from clinic.db.practice.lists import Contact
from clinic.db.visits import reads
from clinic.db.visits.reads import VisitRow
from clinic.domain.messages.notes import Aftercare, Note
from clinic.domain.practice.modality import Modality
from clinic.domain.time import tick_floor, zone
from clinic.domain.visits.visit import SHOWN
from clinic.services.messages.notes import in_use
from clinic.web import languages, words
from clinic.web.frame import practice
from clinic.web.gate import actor, needs, parts
from clinic.web.languages import speaking

blueprint = Blueprint("card", __name__)


@blueprint.get("/patients/<public_id>/card")
@needs("patient.read")
def card(public_id: str) -> str:
    """In the patient's language. It is handed over in person, at the patient's own level."""
    given, now = parts(), parts().now()
    with given.begin() as unit:
        found = records.record(unit.connection, public_id)
        ahead = [row for row in reads.of_patient(unit.connection, found.id, tick_floor(now)) if row.status in SHOWN]
        contact = lists.contact(unit.connection, ahead[0].location_id) if ahead else None
        shelf = in_use(unit)
        regions = reads.regions(unit.connection, [row.public_id for row in ahead])
        reading.keep(unit.connection, found.id, route="card.card", actor=actor(), now=now)
    with speaking(found.person.language):
        return render_template(
            "messages/card.html",
            visits=[_visit(row, found.choices.tz) for row in ahead],
            aftercare=_aftercare(shelf, found, ahead, regions, contact) if contact else None,
            contact=contact,
            printed_on=words.full_day(words.local(tick_floor(now), zone(practice().tz)).date()),
            back_url=url_for("patients.record", public_id=public_id),
        )


def _visit(row: VisitRow, own_tz: str | None) -> dict[str, Any]:
    spoken, starts = languages.words(), words.local(row.starts, zone(row.tz))
    return {
        "day": words.full_day(starts),
        "starts": spoken.clock(starts),
        "own": spoken.own(starts, row.tz, own_tz),
        "place": row.address,
    }


def _aftercare(
    shelf: Sequence[Note], found: Record, ahead: Sequence[VisitRow], regions: Any, contact: Contact
) -> Aftercare:
    modalities = dict.fromkeys(Modality(name) for row in ahead for name in row.modalities)
    return notes.aftercare(
        shelf,
        list(modalities),
        regions,
        found.choices.disclosure,
        emergency_number=contact.emergency_number,
        phone=contact.phone,
        language=found.person.language,
    )
